// Where a broker is, and how shadowd proves itself there.
#pragma once

#include <string>

namespace service {

struct LinkSettings {
  std::string host;  // or the path of a unix socket, then `port` is 0
  int port = 0;
  std::string address;  // both, for people
  std::string secret;
};

}  // namespace service
