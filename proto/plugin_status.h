// What the plugin tells the service of itself, once a second: what it has counted since the broker
// started, and how things stand. In the link envelope the numbers stand in this order.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "measure/histogram.h"

namespace proto {

// In microseconds. They are the link's own: another choice is another link version.
inline constexpr std::array<int64_t, 16> kAnswerBoundsUs = {
    50,     100,    250,     500,     1'000,   2'500,     5'000,     10'000,
    25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000};

using AnswerTimes = measure::Histogram<kAnswerBoundsUs>;

// How many kinds of faults there are (faults::Do).
inline constexpr size_t kFaultKinds = 20;

// Nothing but numbers of 64 bits. What is counted only grows.
struct PluginStatus {
  // Requests, counted. Each that is taken ends as answered, given up, or with the broker.
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

  // From the service, without effect.
  uint64_t late_answers = 0;     // to requests that do not wait (any more)
  uint64_t foreign_answers = 0;  // envelopes of another life of this broker
  uint64_t bad_envelopes = 0;
  uint64_t stray_envelopes = 0;  // over a connection that has not the link, or of another life

  // What requests at other brokers have caused, by request.
  uint64_t news = 0;           // published here
  uint64_t news_repeated = 0;  // not again

  // By identity and policy.
  uint64_t refused_identity = 0;  // connects without a certificate that is registered and active
  uint64_t refused_beyond_loopback = 0;  // connects without identity from another machine
  uint64_t refused_connect = 0;          // by the policies, as are those below
  uint64_t refused_publish = 0;          // wills included
  uint64_t refused_subscribe = 0;
  uint64_t refused_receive = 0;    // deliveries
  uint64_t expelled = 0;           // connections ended because the registry has changed
  uint64_t registry_loads = 0;     // reloads that took force
  uint64_t registry_refusals = 0;  // reloads that were refused

  // From whoever has no business there.
  uint64_t forbidden_publishes = 0;
  uint64_t forbidden_connects = 0;  // with a reserved client id
  uint64_t bad_manners = 0;         // clients refused or cut by a manner_ setting

  // How things stand.
  uint64_t connected_clients = 0;  // the service is none
  uint64_t subscriptions = 0;      // in the whole broker, by its own count, some seconds old
  uint64_t waiting_requests = 0;   // in the window, unanswered
  uint64_t waiting_bytes = 0;

  // How long requests waited: from being taken to giving the broker their answer, or the 500 with
  // which they are given up.
  AnswerTimes answer_times{};

  // Faults on purpose (docs/faults.md).
  uint64_t fault_plans = 0;                          // in force
  std::array<uint64_t, kFaultKinds> faults_fired{};  // by faults::Do

  friend bool operator==(const PluginStatus&, const PluginStatus&) = default;
};

// The same, number by number.
static_assert(std::has_unique_object_representations_v<PluginStatus>);
using PluginStatusNumbers = std::array<uint64_t, sizeof(PluginStatus) / sizeof(uint64_t)>;

}  // namespace proto
