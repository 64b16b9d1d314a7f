#include "service/devices/allowance.h"

#include <gtest/gtest.h>

namespace service {
namespace {

int TakeAll(Allowance& allowance, uint64_t connection, int64_t now_ms) {
  int taken = 0;
  while (allowance.Take(connection, now_ms)) ++taken;
  return taken;
}

TEST(Allowance, AConnectionHasSomeAtOnceAndMoreAsTimePasses) {
  Allowance allowance;
  EXPECT_EQ(TakeAll(allowance, 1, 1'000), 5);
  EXPECT_EQ(TakeAll(allowance, 1, 2'000), 0);
  EXPECT_EQ(TakeAll(allowance, 1, 3'000), 1);
  EXPECT_EQ(TakeAll(allowance, 1, 1'000'000), 5);
}

TEST(Allowance, AllConnectionsTogetherHaveABound) {
  Allowance allowance;
  int taken = 0;
  for (uint64_t connection = 0; connection < 100; ++connection) {
    taken += TakeAll(allowance, connection, 1'000);
  }
  EXPECT_EQ(taken, 20);
  EXPECT_EQ(TakeAll(allowance, 1'000, 1'100), 1);
}

TEST(Allowance, WhatIsRememberedIsBoundedAndComesFreeAgain) {
  Allowance allowance;
  int64_t now_ms = 0;
  uint64_t connection = 0;
  // 100 ms each, so that the bound of all is none; a connection has all again after 2 s.
  for (; connection < 3 * Allowance::kConnectionsMax; ++connection) {
    now_ms += 100;
    ASSERT_TRUE(allowance.Take(connection, now_ms)) << connection;
  }
}

TEST(Allowance, AClockThatGoesBackGivesNothing) {
  Allowance allowance;
  EXPECT_EQ(TakeAll(allowance, 1, 10'000), 5);
  EXPECT_EQ(TakeAll(allowance, 1, 0), 0);
}

}  // namespace
}  // namespace service
