// Counts of values in fixed buckets, as Prometheus' histograms want them: how long things took, how
// large groups were.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace storage {

// Upper bounds in microseconds, from what a memory takes to what nobody waits for.
inline constexpr std::array<int64_t, 16> kDurationBoundsUs = {
    50,     100,    250,     500,     1'000,   2'500,     5'000,     10'000,
    25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000};

class Histogram {
 public:
  // `bounds` ascend, and outlive the histogram. A value belongs to the first bucket whose bound it
  // does not exceed; what exceeds them all has a bucket of its own.
  explicit Histogram(absl::Span<const int64_t> bounds)
      : bounds_(bounds), counts_(bounds.size() + 1) {}

  void Add(int64_t value, uint64_t times = 1) {
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    counts_[static_cast<size_t>(bound - bounds_.begin())] += times;
    count_ += times;
    sum_ += value * static_cast<int64_t>(times);
  }

  absl::Span<const int64_t> bounds() const { return bounds_; }
  absl::Span<const uint64_t> counts() const { return counts_; }  // one more than bounds
  uint64_t count() const { return count_; }
  int64_t sum() const { return sum_; }

 private:
  absl::Span<const int64_t> bounds_;
  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  int64_t sum_ = 0;
};

}  // namespace storage
