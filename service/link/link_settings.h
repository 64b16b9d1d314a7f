// Where a broker is, and how shadowd proves itself there.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace service {

struct LinkSettings {
  std::string host;  // or the path of a unix socket, then `port` is 0
  int port = 0;
  std::string address;  // both, for people
  std::string secret;
};

// How long shadowd waits at most for a broker to have heard that it leaves.
inline constexpr absl::Duration kGoodbyeMax = absl::Seconds(1);

}  // namespace service
