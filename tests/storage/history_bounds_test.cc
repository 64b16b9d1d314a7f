#include "storage/history_bounds.h"

#include <gtest/gtest.h>

namespace storage {
namespace {

using namespace std::string_literals;

constexpr int64_t kToday = 1'000 * 86'400;
const HistoryBounds kSmall = {.wishes = {.entries_max = 3, .days_max = 10},
                              .reports = {.entries_max = 1, .days_max = 2},
                              .events = {.entries_max = 2, .days_max = 3},
                              .lane_bytes_max = 250};

TEST(HistoryJudge, KeepsAsManyEntriesAsTheLaneMayHold) {
  const std::pair<HistoryLane, int> cases[] = {
      {HistoryLane::kWishes, 3}, {HistoryLane::kReports, 1}, {HistoryLane::kEvents, 2}};
  for (const auto& [lane, kept] : cases) {
    HistoryJudge judge(kSmall, {}, lane, kToday);
    for (int i = 0; i < kept; ++i) EXPECT_EQ(judge.Next(100, 10, kToday), HistoryLimit::kNone);
    EXPECT_EQ(judge.Next(100, 10, kToday), HistoryLimit::kCount);
    EXPECT_EQ(judge.Next(100, 10, kToday), HistoryLimit::kCount);
  }
}

TEST(HistoryJudge, DropsWhatHasTheLanesBytesBeforeIt) {
  HistoryJudge judge(kSmall, {}, HistoryLane::kWishes, kToday);
  EXPECT_EQ(judge.Next(3, 249, kToday), HistoryLimit::kNone);
  EXPECT_EQ(judge.Next(2, 1, kToday), HistoryLimit::kNone);
  EXPECT_EQ(judge.Next(1, 1, kToday), HistoryLimit::kBytes);
}

TEST(HistoryJudge, KeepsTheNewestHoweverLargeItIs) {
  HistoryJudge judge(kSmall, {}, HistoryLane::kWishes, kToday);
  EXPECT_EQ(judge.Next(3, 1000, kToday), HistoryLimit::kNone);
  EXPECT_EQ(judge.Next(2, 1, kToday), HistoryLimit::kBytes);
}

TEST(HistoryJudge, DropsWhatIsOlderThanTheLanesDays) {
  HistoryJudge judge(kSmall, {}, HistoryLane::kWishes, kToday);
  EXPECT_EQ(judge.Next(3, 1, kToday - 10 * 86'400), HistoryLimit::kNone);
  EXPECT_EQ(judge.Next(2, 1, kToday - 10 * 86'400 - 1), HistoryLimit::kAge);
  EXPECT_EQ(judge.Next(1, 1, kToday), HistoryLimit::kNone) << "a clock that was set back";
}

TEST(HistoryJudge, HoldsMoreDaysThanThereWere) {
  HistoryJudge judge({.wishes = {10, INT64_MAX}}, {}, HistoryLane::kWishes, kToday);
  EXPECT_EQ(judge.Next(3, 1, 0), HistoryLimit::kNone);
}

TEST(HistoryJudge, DropsWhatIsBelowItsFloor) {
  const HistoryFloors floors = {.reports = 9, .wishes = 5};
  EXPECT_EQ(HistoryJudge({}, floors, HistoryLane::kWishes, 0).Next(5, 1, 0), HistoryLimit::kNone);
  EXPECT_EQ(HistoryJudge({}, floors, HistoryLane::kWishes, 0).Next(4, 1, 0), HistoryLimit::kFloor);
  for (const auto lane : {HistoryLane::kReports, HistoryLane::kEvents}) {
    EXPECT_EQ(HistoryJudge({}, floors, lane, 0).Next(9, 1, 0), HistoryLimit::kNone);
    EXPECT_EQ(HistoryJudge({}, floors, lane, 0).Next(8, 1, 0), HistoryLimit::kFloor);
  }
}

TEST(EncodeFloors, WritesThemAsDocumented) {
  EXPECT_EQ(EncodeFloors({.reports = 300, .wishes = 7, .feed = 301}), "\x01\xAC\x02\x07\xAD\x02"s);
}

TEST(DecodeFloors, IsTheInverseOfEncodeFloors) {
  for (const HistoryFloors& floors : {HistoryFloors(), HistoryFloors{300, 7, 0},
                                      HistoryFloors{UINT64_MAX, UINT64_MAX, UINT64_MAX}}) {
    const auto decoded = DecodeFloors(EncodeFloors(floors));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, floors);
  }
}

TEST(DecodeFloors, RefusesWhatEncodeFloorsCannotHaveMade) {
  for (const std::string& bytes : {""s, "\0\x01\x01\x01"s, "\x01"s, "\x01\x01\x01"s,
                                   "\x01\x01\x01\x01\x01"s, "\x01\x81\x00\x01\x01"s}) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeFloors(bytes).status()));
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(DecodeFloors("\x02\x01\x01").status()));
}

}  // namespace
}  // namespace storage
