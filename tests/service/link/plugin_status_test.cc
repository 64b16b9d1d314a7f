#include "service/link/plugin_status.h"

#include <gtest/gtest.h>

#include "proto/envelope.h"

namespace service {
namespace {

class PluginStatusTest : public testing::Test {
 protected:
  Log log_{LogLevel::kError, LogFormat::kText};
  Counters counters_;
  PluginStatus status_{counters_, log_};
};

TEST_F(PluginStatusTest, TheLastIsKept) {
  EXPECT_FALSE(status_.Latest().has_value());
  status_.Hear(
      {{0, proto::EncodeStatus(7, {.taken = 1})}, {0, proto::EncodeStatus(7, {.taken = 2})}});
  ASSERT_TRUE(status_.Latest().has_value());
  EXPECT_EQ(status_.Latest()->taken, 2u);
}

TEST_F(PluginStatusTest, WhatIsNoStatusChangesNothing) {
  status_.Hear({{0, proto::EncodeStatus(7, {.taken = 1})}});
  std::string damaged = proto::EncodeStatus(7, {.taken = 2});
  damaged.pop_back();
  status_.Hear({{0, damaged}, {0, proto::EncodeHello({.life = 5})}, {0, ""}, {0, "garbage"}});
  EXPECT_EQ(status_.Latest()->taken, 1u);
}

TEST_F(PluginStatusTest, OfSeveralBrokersItIsTheSum) {
  PluginStatus status(counters_, log_, 2);
  status.Hear({{1, proto::EncodeStatus(8, {.taken = 5, .subscriptions = 2})}});
  EXPECT_EQ(status.Latest()->taken, 5u);
  status.Hear({{0, proto::EncodeStatus(7, {.taken = 1})}});
  EXPECT_EQ(status.Latest()->taken, 6u);
  EXPECT_EQ(status.Latest()->subscriptions, 2u);
}

}  // namespace
}  // namespace service
