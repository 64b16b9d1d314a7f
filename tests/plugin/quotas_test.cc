#include "plugin/quotas.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

using QuotaVerdict = Quotas::Verdict;

constexpr int64_t kStartUs = 50'000'000;

TEST(Quotas, WithoutLimitsEverythingIsWithin) {
  Quotas quotas({});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.things(), 0u);
}

TEST(Quotas, AConnectionMayHaveSoManyUnanswered) {  // I3
  Quotas quotas({.in_flight = 10});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kInFlight);
  EXPECT_EQ(quotas.Take(2, "T", kStartUs), QuotaVerdict::kWithin);
  quotas.Answered(1);
  EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kInFlight);
}

TEST(Quotas, AThingMayBeAskedForSoOftenASecond) {  // I4
  Quotas quotas({.thing_rate = 20});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.Take(2, "T", kStartUs), QuotaVerdict::kThingRate);
  EXPECT_EQ(quotas.Take(1, "Other", kStartUs), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.Take(1, "T", kStartUs + 49'999), QuotaVerdict::kThingRate);
  EXPECT_EQ(quotas.Take(1, "T", kStartUs + 50'000), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.Take(1, "T", kStartUs + 50'000), QuotaVerdict::kThingRate);
}

TEST(Quotas, OverAMinuteTheRateHolds) {
  Quotas quotas({.thing_rate = 20});
  int within = 0;
  for (int64_t now = kStartUs; now < kStartUs + 60'000'000; now += 1000) {
    within += quotas.Take(1, "T", now) == QuotaVerdict::kWithin;
  }
  EXPECT_EQ(within, 20 * 60 + 19);  // and what could be spent at once
}

TEST(Quotas, ARefusedRequestCountsNowhere) {
  Quotas quotas({.in_flight = 1, .thing_rate = 2});
  EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kWithin);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(quotas.Take(1, "T", kStartUs), QuotaVerdict::kInFlight);
  EXPECT_EQ(quotas.Take(2, "T", kStartUs), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.Take(3, "T", kStartUs), QuotaVerdict::kThingRate);
  quotas.Answered(2);
  EXPECT_EQ(quotas.Take(2, "Other", kStartUs), QuotaVerdict::kWithin);
}

TEST(Quotas, OnlyThingsOfTheLastSecondTakeRoom) {
  Quotas quotas({.thing_rate = 1});
  size_t most = 0;
  for (int i = 0; i < 200'000; ++i) {
    quotas.Take(1, absl::StrCat("thing-", i), kStartUs);
    most = std::max(most, quotas.things());
  }
  EXPECT_LE(most, 65'536u);
  EXPECT_EQ(quotas.Take(1, "one-more", kStartUs), QuotaVerdict::kThingRate);
  EXPECT_EQ(quotas.Take(1, "one-more", kStartUs + 1'000'000), QuotaVerdict::kWithin);
  EXPECT_EQ(quotas.things(), 1u);
}

}  // namespace
}  // namespace plugin
