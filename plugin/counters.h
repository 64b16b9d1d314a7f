// What the plugin has seen since the broker started. Counts only grow.
#pragma once

#include <cstdint>

namespace plugin {

struct Counters {
  // Requests. Each that is taken ends as answered, given up, or with the broker.
  uint64_t taken = 0;
  uint64_t answered = 0;
  uint64_t given_up = 0;  // 500: waited link_timeout_ms
  uint64_t resent = 0;    // sent again to a service that came back

  // Requests that were not taken, by cause.
  uint64_t refused_away = 0;        // 500: the service is away longer than link_timeout_ms
  uint64_t refused_window = 0;      // 429: window_requests or window_bytes
  uint64_t refused_in_flight = 0;   // 429: quota_in_flight
  uint64_t refused_thing_rate = 0;  // 429: quota_thing_rate
  uint64_t refused_large = 0;       // 413: request_bytes_max

  // From the service.
  uint64_t late_answers = 0;     // to requests that do not wait (any more)
  uint64_t foreign_answers = 0;  // envelopes of another life of this broker
  uint64_t bad_envelopes = 0;

  // From whoever has no business there.
  uint64_t forbidden_publishes = 0;
  uint64_t forbidden_connects = 0;  // with a reserved client id
  uint64_t bad_manners = 0;         // clients refused or cut by a manner_ setting
};

}  // namespace plugin
