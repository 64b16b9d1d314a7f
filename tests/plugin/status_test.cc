#include "plugin/status.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>

namespace plugin {
namespace {

TEST(Status, TellsEveryCounter) {
  // Both are numbers in the same order; what is told beyond the counters is not counted.
  constexpr size_t kCounters = offsetof(Counters, answer_times) / sizeof(uint64_t);
  ASSERT_EQ(proto::kPluginStatusMembers.size(), kCounters + 4);
  uint64_t numbers[kCounters];
  for (size_t i = 0; i < kCounters; ++i) numbers[i] = i + 1;
  Counters counters;
  std::memcpy(static_cast<void*>(&counters), numbers, sizeof numbers);
  counters.answer_times.Add(51);
  const proto::PluginStatus status = StatusOf(counters);
  for (size_t i = 0; i < kCounters; ++i) {
    EXPECT_EQ(status.*proto::kPluginStatusMembers[i], numbers[i]) << i;
  }
  EXPECT_EQ(status.answer_times.counts[1], 1u);
  EXPECT_EQ(status.answer_times.sum, 51u);
}

}  // namespace
}  // namespace plugin
