// Latencies counted in buckets that are one 128th of their value wide (after Gil Tene's
// HdrHistogram): any percentile within 0.8 %, at a fixed size and without allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bench {

class Histogram {
 public:
  // Negative values count as 0, those beyond about 18 minutes (in ns) as that.
  void Record(int64_t nanoseconds);

  uint64_t count() const { return count_; }
  int64_t max() const { return max_; }  // exact

  // The value that `percent` of all values do not exceed; 0 if there are none.
  int64_t Percentile(double percent) const;

 private:
  static constexpr int kLinearBits = 8;  // values below 2^8 have buckets of their own
  static constexpr int kValueBits = 40;
  static constexpr size_t kHalf = size_t{1} << (kLinearBits - 1);
  static constexpr size_t kBuckets = kHalf * (kValueBits - kLinearBits + 2);

  static size_t BucketOf(uint64_t value);
  static int64_t LargestIn(size_t bucket);

  std::array<uint64_t, kBuckets> buckets_{};
  uint64_t count_ = 0;
  int64_t max_ = 0;
};

}  // namespace bench
