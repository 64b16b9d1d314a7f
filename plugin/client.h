// One connection, as the broker tells it, for the time of a call.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace plugin {

struct Client {
  const void* handle;  // its identity from connect to disconnect
  absl::string_view id;
  bool clean_session = true;
  bool mqtt5 = false;
  size_t filters = 0;  // that its session is subscribed to, or was at one time
  // Told to Connect alone:
  int keep_alive_s = 60;
  bool one_packet_a_turn = false;  // the broker reads at most one of its packets between two ticks
};

}  // namespace plugin
