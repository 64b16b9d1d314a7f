// What was sent and what came back. Counts cover the whole run and must add up; latencies and rates
// cover the time of measurement.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>

#include "bench/shadowbench/histogram.h"
#include "proto/topic.h"

namespace bench {

inline constexpr size_t kOperations = 3;  // shadow::Operation

struct Tally {
  std::array<uint64_t, kOperations> sent{};
  std::array<uint64_t, kOperations> accepted{};
  std::array<uint64_t, kOperations> rejected{};
  uint64_t acknowledged = 0;         // PUBACKs
  std::map<int, uint64_t> refusals;  // rejected, by code
  uint64_t unmatched = 0;            // messages that answer no request of ours
  uint64_t duplicate = 0;            // answers that had come before, or were not due
  uint64_t missing = 0;              // answers that had not come when the wait was over

  // Messages by topic and the bytes of their payloads.
  std::array<uint64_t, proto::kAnswerTopics> messages{};
  std::array<uint64_t, proto::kAnswerTopics> message_bytes{};

  bool measuring = false;
  uint64_t measured = 0;  // requests answered in full while measuring
  Histogram latency{};    // of accepted and rejected

  static uint64_t Sum(const std::array<uint64_t, kOperations>& counts) {
    return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  }
};

}  // namespace bench
