// What the plugin tells the service of itself, once a second: what it has counted since the broker
// started, and how things stand. In the link envelope the numbers stand in this order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "measure/histogram.h"

namespace proto {

// In microseconds. They are the link's own: another choice is another link version.
inline constexpr std::array<int64_t, 16> kAnswerBoundsUs = {
    50,     100,    250,     500,     1'000,   2'500,     5'000,     10'000,
    25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000};

using AnswerTimes = measure::Histogram<kAnswerBoundsUs>;

struct PluginStatus {
  // Requests, counted.
  uint64_t taken = 0;
  uint64_t answered = 0;
  uint64_t given_up = 0;
  uint64_t resent = 0;
  // Requests that were not taken, by cause.
  uint64_t refused_away = 0;
  uint64_t refused_window = 0;
  uint64_t refused_in_flight = 0;
  uint64_t refused_thing_rate = 0;
  uint64_t refused_large = 0;
  // Answers that had no effect.
  uint64_t late_answers = 0;
  uint64_t foreign_answers = 0;
  uint64_t bad_envelopes = 0;
  // By identity and policy.
  uint64_t refused_identity = 0;
  uint64_t refused_beyond_loopback = 0;
  uint64_t refused_connect = 0;
  uint64_t refused_publish = 0;
  uint64_t refused_subscribe = 0;
  uint64_t refused_receive = 0;
  uint64_t expelled = 0;
  uint64_t registry_loads = 0;
  uint64_t registry_refusals = 0;
  // From whoever has no business there.
  uint64_t forbidden_publishes = 0;
  uint64_t forbidden_connects = 0;
  uint64_t bad_manners = 0;
  // How things stand.
  uint64_t connected_clients = 0;  // the service is none
  uint64_t subscriptions = 0;      // in the whole broker, by its own count, some seconds old
  uint64_t waiting_requests = 0;   // in the window, unanswered
  uint64_t waiting_bytes = 0;
  // Of the requests that were answered or given up.
  AnswerTimes answer_times{};

  friend bool operator==(const PluginStatus&, const PluginStatus&) = default;
};

// The single numbers; those of answer_times follow them.
inline constexpr std::array kPluginStatusMembers = {
    &PluginStatus::taken,
    &PluginStatus::answered,
    &PluginStatus::given_up,
    &PluginStatus::resent,
    &PluginStatus::refused_away,
    &PluginStatus::refused_window,
    &PluginStatus::refused_in_flight,
    &PluginStatus::refused_thing_rate,
    &PluginStatus::refused_large,
    &PluginStatus::late_answers,
    &PluginStatus::foreign_answers,
    &PluginStatus::bad_envelopes,
    &PluginStatus::refused_identity,
    &PluginStatus::refused_beyond_loopback,
    &PluginStatus::refused_connect,
    &PluginStatus::refused_publish,
    &PluginStatus::refused_subscribe,
    &PluginStatus::refused_receive,
    &PluginStatus::expelled,
    &PluginStatus::registry_loads,
    &PluginStatus::registry_refusals,
    &PluginStatus::forbidden_publishes,
    &PluginStatus::forbidden_connects,
    &PluginStatus::bad_manners,
    &PluginStatus::connected_clients,
    &PluginStatus::subscriptions,
    &PluginStatus::waiting_requests,
    &PluginStatus::waiting_bytes,
};
inline constexpr size_t kPluginStatusNumbers =
    kPluginStatusMembers.size() + sizeof(AnswerTimes) / sizeof(uint64_t);
static_assert(kPluginStatusNumbers * sizeof(uint64_t) == sizeof(PluginStatus));

}  // namespace proto
