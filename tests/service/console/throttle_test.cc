#include "service/console/throttle.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

TEST(Throttle, FiveFailuresCostASecondAndEachOneMoreTwiceAsMuch) {
  Throttle throttle;
  int64_t now = 1000;
  for (int i = 1; i < Throttle::kFreeFailures; ++i) {
    throttle.Failed("ann", now);
    EXPECT_EQ(throttle.WaitMs("ann", now), 0) << i;
  }
  int64_t wait = Throttle::kFirstWaitMs;
  for (int i = 0; i < 10; ++i) {
    throttle.Failed("ann", now);
    EXPECT_EQ(throttle.WaitMs("ann", now), wait);
    EXPECT_EQ(throttle.WaitMs("ann", now + wait - 1), 1);
    EXPECT_EQ(throttle.WaitMs("ann", now + wait), 0);
    now += wait;
    wait = std::min(2 * wait, Throttle::kMostWaitMs);
  }
}

TEST(Throttle, OthersDoNotWait) {
  Throttle throttle;
  for (int i = 0; i < 9; ++i) throttle.Failed("ann", 0);
  EXPECT_EQ(throttle.WaitMs("bob", 0), 0);
}

TEST(Throttle, WhoWasRightBeginsAnew) {
  Throttle throttle;
  for (int i = 0; i < 9; ++i) throttle.Failed("ann", 0);
  throttle.Succeeded("ann");
  EXPECT_EQ(throttle.WaitMs("ann", 0), 0);
  throttle.Failed("ann", 0);
  EXPECT_EQ(throttle.WaitMs("ann", 0), 0);
}

TEST(Throttle, AnHourWithoutAFailureForgets) {
  Throttle throttle;
  for (int i = 0; i < 9; ++i) throttle.Failed("ann", 0);
  throttle.Failed("ann", Throttle::kForgetMs + 1);
  EXPECT_EQ(throttle.WaitMs("ann", Throttle::kForgetMs + 1), 0);
}

TEST(Throttle, IsBoundedAndForgetsWhoFailedLongestAgo) {
  Throttle throttle;
  for (int i = 0; i < 5; ++i) throttle.Failed("first", 0);
  for (int i = 0; i < 5; ++i) throttle.Failed("second", 1);
  for (size_t i = 0; i + 1 < Throttle::kKeysMax; ++i) throttle.Failed(absl::StrCat(i), 2);
  EXPECT_EQ(throttle.WaitMs("first", 2), 0);
  EXPECT_GT(throttle.WaitMs("second", 2), 0);
}

}  // namespace
}  // namespace service
