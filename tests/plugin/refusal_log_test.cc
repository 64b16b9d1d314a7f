#include "plugin/refusal_log.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

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

}  // namespace
}  // namespace plugin
