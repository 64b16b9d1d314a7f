#include "cli/history/moment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

using testing::HasSubstr;

// Two hours east of Greenwich, at 2026-11-22 14:02:10 of the clock.
class MomentOf : public testing::Test {
 protected:
  std::string Read(absl::string_view word) const {
    const auto time = ReadMoment(word, now_, zone_);
    return time.ok() ? absl::FormatTime("%Y-%m-%d %H:%M:%S", *time, zone_)
                     : std::string(time.status().message());
  }

  const absl::TimeZone zone_ = absl::FixedTimeZone(2 * 60 * 60);
  const absl::Time now_ = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 14, 2, 10), zone_);
};

TEST_F(MomentOf, ATimeWithAZoneIsThatTime) {
  EXPECT_EQ(Read("2026-11-20T09:13:55Z"), "2026-11-20 11:13:55");
  EXPECT_EQ(Read("2026-11-20T09:13:55.5+01:00"), "2026-11-20 10:13:55");
  EXPECT_EQ(Read("2026-11-20T09:13Z"), "2026-11-20 11:13:00");
}

TEST_F(MomentOf, WithoutAZoneItIsTheClocksOfThisMachine) {
  EXPECT_EQ(Read("2026-11-20T09:13:55"), "2026-11-20 09:13:55");
  EXPECT_EQ(Read("2026-11-20 09:13:55"), "2026-11-20 09:13:55");
  EXPECT_EQ(Read("2026-11-20 09:13"), "2026-11-20 09:13:00");
  EXPECT_EQ(Read("2026-11-20"), "2026-11-20 00:00:00");
}

TEST_F(MomentOf, ATimeOfDayIsTodayOrYesterdayIfThatIsAhead) {
  EXPECT_EQ(Read("14:02"), "2026-11-22 14:02:00");
  EXPECT_EQ(Read("14:02:10"), "2026-11-22 14:02:10");
  EXPECT_EQ(Read("14:02:11"), "2026-11-21 14:02:11");
  EXPECT_EQ(Read("23:59"), "2026-11-21 23:59:00");
  EXPECT_EQ(Read("0:00"), "2026-11-22 00:00:00");
}

TEST_F(MomentOf, ALengthIsSoLongAgo) {
  EXPECT_EQ(Read("-2h"), "2026-11-22 12:02:10");
  EXPECT_EQ(Read("-1h30m"), "2026-11-22 12:32:10");
  EXPECT_EQ(Read("-3d"), "2026-11-19 14:02:10");
  EXPECT_EQ(Read("-10s"), "2026-11-22 14:02:00");
}

TEST_F(MomentOf, WhatIsNoTimeIsNamed) {
  for (const char* const bad :
       {"", "-", "2h", "-2", "-h", "-2w", "-2h3", "25:00", "14:61", "14", "@12", "2026-13-01",
        "2026-11-22T14:03:00Zx", "infinite-future", "now", "-99999999999d"}) {
    EXPECT_THAT(Read(bad),
                HasSubstr("\" is no time: 2026-11-22T14:03:00Z is one, or 14:03, or -2h"))
        << bad;
  }
}

TEST_F(MomentOf, OnTheSameDayItsTimeOfDayIsTold) {
  const int64_t now = absl::ToUnixSeconds(now_);
  EXPECT_EQ(MomentText(now, zone_), "2026-11-22 14:02:10");
  EXPECT_EQ(MomentText(now - 130, zone_, now), "14:00:00");
  EXPECT_EQ(MomentText(now - 15 * 60 * 60, zone_, now), "2026-11-21 23:02:10");
}

TEST(Version, IsWrittenBehindAnAt) {
  EXPECT_EQ(*ReadVersion("@12"), 12);
  EXPECT_EQ(*ReadVersion("@-1"), -1);
  for (const char* const bad : {"", "@", "12", "-1", "@0", "@1.5", "@x", "@12x", "@@1"}) {
    EXPECT_THAT(ReadVersion(bad).status().message(),
                HasSubstr("is no version: they are written @12"))
        << bad;
  }
}

}  // namespace
}  // namespace cli
