#include "bench/shadowbench/histogram.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace bench {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.Percentile(50), 0);
}

TEST(Histogram, KeepsSmallValuesExactly) {
  Histogram histogram;
  for (int64_t value = 1; value <= 200; ++value) histogram.Record(value);
  EXPECT_EQ(histogram.Percentile(50), 100);
  EXPECT_EQ(histogram.Percentile(99), 198);
  EXPECT_EQ(histogram.Percentile(100), 200);
}

TEST(Histogram, IsWithinOnePercentAtAnySize) {
  for (int64_t value = 1; value < int64_t{1} << 40; value = value * 3 / 2 + 1) {
    Histogram histogram;
    histogram.Record(value);
    histogram.Record((int64_t{1} << 40) - 1);
    const int64_t read = histogram.Percentile(50);
    EXPECT_GE(read, value);
    EXPECT_LE(read, value + value / 128 + 1);
  }
}

TEST(Histogram, CutsWhatIsOutOfRange) {
  Histogram histogram;
  histogram.Record(-5);
  histogram.Record(INT64_MAX);
  EXPECT_EQ(histogram.Percentile(50), 0);
  EXPECT_EQ(histogram.max(), (int64_t{1} << 40) - 1);
  EXPECT_EQ(histogram.Percentile(100), histogram.max());
}

TEST(Histogram, NeverExceedsTheMaximum) {
  Histogram histogram;
  histogram.Record(1'000'001);
  EXPECT_EQ(histogram.Percentile(99.9), 1'000'001);
  EXPECT_EQ(histogram.max(), 1'000'001);
}

}  // namespace
}  // namespace bench
