#include "plugin/refusal_log.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "proto/refusals.h"

namespace plugin {
namespace {

TEST(RefusalLog, TellsEachRefusalOnceInAPeriod) {
  RefusalLog log;
  EXPECT_TRUE(log.Wants("c", "iot:Publish", "t"));
  EXPECT_FALSE(log.Wants("c", "iot:Publish", "t"));
  EXPECT_TRUE(log.Wants("c", "iot:Publish", "u"));
  EXPECT_TRUE(log.Wants("c", "iot:Receive", "t"));
  EXPECT_TRUE(log.Wants("d", "iot:Publish", "t"));
  EXPECT_EQ(log.Tick(RefusalLog::kPeriodUs - 1), 0u);
  EXPECT_FALSE(log.Wants("c", "iot:Publish", "t"));
  EXPECT_EQ(log.Tick(RefusalLog::kPeriodUs), 0u);
  EXPECT_TRUE(log.Wants("c", "iot:Publish", "t"));
}

TEST(RefusalLog, CountsWhatExceedsItsLines) {
  RefusalLog log;
  size_t told = 0;
  for (int i = 0; i < 70; ++i) told += log.Wants("c", "iot:Publish", absl::StrCat(i)) ? 1 : 0;
  EXPECT_EQ(told, RefusalLog::kLinesMax);
  EXPECT_EQ(log.Tick(RefusalLog::kPeriodUs), 70 - RefusalLog::kLinesMax);
  EXPECT_EQ(log.Tick(2 * RefusalLog::kPeriodUs), 0u);
}

TEST(RefusalLog, TellsTheServiceOfWhatIsKeptOnce) {
  RefusalLog log;
  EXPECT_EQ(log.TakeEnvelope(7, 5), "");
  log.Keep({.client_id = "c",
            .principal = "p",
            .address = "a",
            .thing = "t",
            .action = "iot:Publish",
            .name = "topic/x",
            .reason = "why"});
  const std::string envelope = log.TakeEnvelope(7, 5);
  const auto told = proto::DecodeRefusals(envelope);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->size(), 1u);
  EXPECT_EQ(told->front(), (proto::AccessRefusal{.at_ms = 5,
                                                 .client_id = "c",
                                                 .principal = "p",
                                                 .address = "a",
                                                 .thing = "t",
                                                 .action = "iot:Publish",
                                                 .name = "topic/x",
                                                 .reason = "why"}));
  EXPECT_EQ(log.TakeEnvelope(7, 6), "");
}

TEST(RefusalLog, KeepsNoMoreThanItTellsInAPeriod) {
  RefusalLog log;
  for (size_t i = 0; i <= RefusalLog::kLinesMax; ++i) {
    log.Keep({.client_id = absl::StrCat(i),
              .principal = "",
              .address = "",
              .thing = "",
              .action = "",
              .name = "",
              .reason = ""});
  }
  const std::string envelope = log.TakeEnvelope(7, 5);
  const auto told = proto::DecodeRefusals(envelope);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->size(), RefusalLog::kLinesMax);
  EXPECT_EQ(told->front().client_id, "1");
}

}  // namespace
}  // namespace plugin
