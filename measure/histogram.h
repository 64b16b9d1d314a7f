// Counts of values in fixed buckets, as Prometheus' histograms want them: how long things took, how
// large groups were. Plain numbers: nothing is allocated, a copy is a copy of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace measure {

// `kBounds`: the buckets' upper bounds, a constexpr std::array of int64_t that ascends.
template <const auto& kBounds>
struct Histogram {
  static_assert(std::is_sorted(kBounds.begin(), kBounds.end()));

  // Of the values that do not exceed the bound of that place, and exceed that of the place before;
  // the last: of those that exceed all bounds.
  std::array<uint64_t, kBounds.size() + 1> counts{};
  uint64_t sum = 0;  // of all values

  // The same value so many times. One below 0 is one of 0.
  void Add(int64_t value, uint64_t times = 1) {
    const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), value);
    counts[static_cast<size_t>(bound - kBounds.begin())] += times;
    sum += static_cast<uint64_t>(std::max<int64_t>(value, 0)) * times;
  }

  // How many values there were.
  uint64_t count() const { return std::accumulate(counts.begin(), counts.end(), uint64_t{0}); }

  friend bool operator==(const Histogram&, const Histogram&) = default;
};

// In microseconds, from what a memory takes to what nobody waits for.
inline constexpr std::array<int64_t, 16> kDurationBoundsUs = {
    50,     100,    250,     500,     1'000,   2'500,     5'000,     10'000,
    25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000};

using Durations = Histogram<kDurationBoundsUs>;

}  // namespace measure
