// What the plugin has seen since the broker started. Counts only grow.
#pragma once

#include <cstdint>

#include "proto/plugin_status.h"

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

  // By identity and policy.
  uint64_t refused_identity = 0;  // connects without a certificate that is registered and active
  uint64_t refused_beyond_loopback = 0;  // connects without identity from another machine
  uint64_t refused_connect = 0;          // by the policies, as are those below
  uint64_t refused_publish = 0;          // wills included
  uint64_t refused_subscribe = 0;
  uint64_t refused_receive = 0;    // deliveries
  uint64_t expelled = 0;           // connections ended because a reload took their right away
  uint64_t registry_loads = 0;     // reloads that took force
  uint64_t registry_refusals = 0;  // reloads that were refused

  // From whoever has no business there.
  uint64_t forbidden_publishes = 0;
  uint64_t forbidden_connects = 0;  // with a reserved client id
  uint64_t bad_manners = 0;         // clients refused or cut by a manner_ setting

  // From taking a request to giving the broker its answer, or the 500 with which it is given up.
  proto::AnswerTimes answer_times{};
};

}  // namespace plugin
