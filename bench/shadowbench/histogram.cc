#include "bench/shadowbench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bench {

// A value of b bits, b > kLinearBits, is shifted right until kLinearBits are left: its bucket is
// then the shift times kHalf, plus what is left.
size_t Histogram::BucketOf(uint64_t value) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kLinearBits);
  return static_cast<size_t>(shift) * kHalf + (value >> shift);
}

int64_t Histogram::LargestIn(size_t bucket) {
  if (bucket < 2 * kHalf) return static_cast<int64_t>(bucket);
  const size_t shift = bucket / kHalf - 1;
  const size_t left = bucket - shift * kHalf;
  return static_cast<int64_t>(((left + 1) << shift) - 1);
}

void Histogram::Record(int64_t nanoseconds) {
  constexpr int64_t kMax = (int64_t{1} << kValueBits) - 1;
  const int64_t value = std::clamp<int64_t>(nanoseconds, 0, kMax);
  ++buckets_[BucketOf(static_cast<uint64_t>(value))];
  ++count_;
  max_ = std::max(max_, value);
}

int64_t Histogram::Percentile(double percent) const {
  if (count_ == 0) return 0;
  const auto wanted = std::clamp<uint64_t>(
      static_cast<uint64_t>(std::ceil(percent / 100 * static_cast<double>(count_))), 1, count_);
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted) return std::min(LargestIn(bucket), max_);
  }
  return max_;
}

}  // namespace bench
