// How long the requests that the plugin took have waited for their answers: counts in fixed
// buckets, as they stand in a status envelope and as Prometheus wants them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace proto {

// Upper bounds in microseconds. They are the link's own: another choice is another link version.
inline constexpr std::array<int64_t, 16> kAnswerBoundsUs = {
    50,     100,    250,     500,     1'000,   2'500,     5'000,     10'000,
    25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000};

struct AnswerTimes {
  // Of the requests that waited at most as long as the bound of that place, and longer than that of
  // the place before; the last: longer than all bounds.
  std::array<uint64_t, kAnswerBoundsUs.size() + 1> counts{};
  uint64_t sum_us = 0;

  // Allocates nothing. A time below 0 is one of 0.
  void Add(int64_t us) {
    const auto bound = std::lower_bound(kAnswerBoundsUs.begin(), kAnswerBoundsUs.end(), us);
    ++counts[static_cast<size_t>(bound - kAnswerBoundsUs.begin())];
    sum_us += static_cast<uint64_t>(std::max<int64_t>(us, 0));
  }

  friend bool operator==(const AnswerTimes&, const AnswerTimes&) = default;
};

}  // namespace proto
