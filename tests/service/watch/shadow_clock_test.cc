#include "service/watch/shadow_clock.h"

#include <gtest/gtest.h>

namespace service {
namespace {

int64_t machine_time = 0;
int64_t Machine() { return machine_time; }

class ShadowClockTest : public testing::Test {
 protected:
  ShadowClockTest() { machine_time = 1'764'000'000; }

  ShadowClock clock_{Machine};
};

TEST_F(ShadowClockTest, IsTheMachinesUntilItIsSet) {
  EXPECT_EQ(clock_.Now(), 1'764'000'000);
  machine_time += 5;
  EXPECT_EQ(clock_.Now(), 1'764'000'005);
  EXPECT_EQ(clock_.Read(), (ShadowClock::Reading{.now = 1'764'000'005}));
}

TEST_F(ShadowClockTest, AnOffsetRunsOn) {
  for (const int64_t offset : {int64_t{172'800}, int64_t{-300}, int64_t{1}, int64_t{-1}}) {
    ASSERT_TRUE(clock_.SetOffset(offset).ok());
    EXPECT_EQ(clock_.Now(), machine_time + offset);
    machine_time += 5;
    EXPECT_EQ(clock_.Read(),
              (ShadowClock::Reading{.now = machine_time + offset, .offset_seconds = offset}));
  }
}

TEST_F(ShadowClockTest, AFrozenOneStands) {
  for (const int64_t time : {int64_t{0}, int64_t{1'000'000'000}, ShadowClock::kLatest}) {
    ASSERT_TRUE(clock_.Freeze(time).ok());
    machine_time += 5;
    EXPECT_EQ(
        clock_.Read(),
        (ShadowClock::Reading{.now = time, .offset_seconds = time - machine_time, .frozen = true}));
  }
  clock_.Reset();
  EXPECT_EQ(clock_.Read(), (ShadowClock::Reading{.now = machine_time}));
}

TEST_F(ShadowClockTest, WhatIsBeyondTheYearsChangesNothing) {
  ASSERT_TRUE(clock_.SetOffset(60).ok());
  EXPECT_FALSE(clock_.SetOffset(-machine_time - 1).ok());
  EXPECT_FALSE(clock_.SetOffset(ShadowClock::kLatest).ok());
  EXPECT_FALSE(clock_.SetOffset(INT64_MAX).ok());
  EXPECT_FALSE(clock_.SetOffset(INT64_MIN).ok());
  EXPECT_FALSE(clock_.Freeze(-1).ok());
  EXPECT_FALSE(clock_.Freeze(ShadowClock::kLatest + 1).ok());
  EXPECT_EQ(clock_.Now(), machine_time + 60);
}

}  // namespace
}  // namespace service
