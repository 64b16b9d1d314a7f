#include "measure/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace measure {
namespace {

using testing::ElementsAre;

constexpr std::array<int64_t, 3> kBounds = {1, 5, 10};
using Sizes = Histogram<kBounds>;

TEST(Histogram, ABucketHoldsWhatDoesNotExceedItsBound) {
  Sizes sizes;
  for (const int64_t size : {1, 2, 5, 6, 10, 11, 9999}) sizes.Add(size);
  EXPECT_THAT(sizes.counts, ElementsAre(1, 2, 2, 2));
  EXPECT_EQ(sizes.count(), 7u);
  EXPECT_EQ(sizes.sum, 1u + 2 + 5 + 6 + 10 + 11 + 9999);
}

TEST(Histogram, AValueCountsAsOftenAsItIsSaidTo) {
  Sizes sizes;
  sizes.Add(3, 1000);
  sizes.Add(7, 0);
  EXPECT_THAT(sizes.counts, ElementsAre(0, 1000, 0, 0));
  EXPECT_EQ(sizes.count(), 1000u);
  EXPECT_EQ(sizes.sum, 3000u);
}

TEST(Histogram, AValueBelow0IsOneOf0) {
  Sizes sizes;
  sizes.Add(-7, 2);
  EXPECT_THAT(sizes.counts, ElementsAre(2, 0, 0, 0));
  EXPECT_EQ(sizes.sum, 0u);
}

TEST(Histogram, IsEmptyAtFirst) {
  EXPECT_EQ(Sizes().count(), 0u);
  EXPECT_EQ(Sizes().sum, 0u);
}

}  // namespace
}  // namespace measure
