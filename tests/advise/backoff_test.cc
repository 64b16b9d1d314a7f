#include "advise/backoff.h"

#include <gtest/gtest.h>

#include <vector>

namespace advise {
namespace {

using Pauses = BackoffVerdict::Kind;

// After these pauses, in milliseconds.
BackoffVerdict Judge(const std::vector<int64_t>& pauses_ms) {
  std::vector<int64_t> at_us = {7'000'000};
  for (const int64_t pause : pauses_ms) at_us.push_back(at_us.back() + pause * 1000);
  return JudgePauses(at_us);
}

TEST(Backoff, PausesThatGrowAndVaryAreGood) {
  EXPECT_EQ(Judge({310, 180, 1240, 2110}).kind, Pauses::kGood);
  EXPECT_EQ(Judge({120, 560, 900, 4000, 2500}).kind, Pauses::kGood);
}

TEST(Backoff, TheSamePauseEachTimeIsBad) {
  EXPECT_EQ(Judge({1000, 1003, 998, 1001}).kind, Pauses::kBad);
  EXPECT_EQ(Judge({300, 330, 290, 305}).kind, Pauses::kBad);
  EXPECT_NE(Judge({1000, 1003, 998, 1001}).why.find("all the same"), std::string::npos);
}

TEST(Backoff, AsMuchLongerEachTimeIsBad) {
  EXPECT_EQ(Judge({1000, 2003, 2998, 4001}).kind, Pauses::kBad);
}

TEST(Backoff, NoPausesAtAllAreAStorm) {
  EXPECT_EQ(Judge({1, 40, 3, 20}).kind, Pauses::kBad);
  EXPECT_NE(Judge({1, 40, 3, 20}).why.find("storm"), std::string::npos);
}

TEST(Backoff, DoublingWithoutJitterIsAWarning) {
  EXPECT_EQ(Judge({500, 1004, 1998, 4003}).kind, Pauses::kWithoutJitter);
  EXPECT_EQ(Judge({500, 1000, 2000, 3000, 3001}).kind, Pauses::kWithoutJitter) << "up to a longest";
}

TEST(Backoff, TellsThePauses) {
  EXPECT_EQ(Judge({500, 1004, 1998, 4003}).why,
            "pauses of 0.500, 1.004, 1.998, 4.003 s: they grow, but for every device alike: "
            "without jitter");
}

}  // namespace
}  // namespace advise
