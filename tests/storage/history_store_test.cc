// What every Store does with history: what goes of it, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/cleanup/cleanup.h"
#include "storage/history_feed.h"
#include "tests/storage/every_store.h"
#include "tests/storage/history_entries.h"

namespace storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kNow = 1'700'000'000;
constexpr int64_t kDay = 24 * 60 * 60;
constexpr HistoryBounds kBounds = {.wishes = {.entries_max = 4, .days_max = 40},
                                   .reports = {.entries_max = 3, .days_max = 3},
                                   .events = {.entries_max = 2, .days_max = 3},
                                   .lane_bytes_max = 1000,
                                   .total_bytes_max = UINT64_MAX,
                                   .feed_bytes_max = UINT64_MAX};
constexpr shadow::ShadowId kLamp = {.thing = "lamp", .name = ""};
constexpr shadow::ShadowId kColor = {.thing = "lamp", .name = "color"};
constexpr shadow::ShadowId kLamp2 = {.thing = "lamp2", .name = ""};
constexpr auto kWishes = HistoryLane::kWishes;
constexpr auto kReports = HistoryLane::kReports;
constexpr auto kEvents = HistoryLane::kEvents;

class AnyHistory : public testing::TestWithParam<StoreKind> {
 protected:
  void Add(const shadow::ShadowId& id, std::vector<uint64_t> changes, const TestEntry& entry = {}) {
    std::vector<Write> writes;
    for (const uint64_t change : changes) writes.push_back(WriteOf(id, change, entry));
    ASSERT_TRUE(store_->Commit(writes, Durability::kRelaxed).ok());
  }

  void AddFeed(std::vector<uint64_t> changes) {
    std::vector<FeedEntry> entries;
    for (const uint64_t change : changes) entries.push_back({kLamp, kReports, change});
    ASSERT_TRUE(Put(*store_, FeedKey(changes[0]), EncodeFeed(kNow, entries)).ok());
  }

  void Compact() {
    std::atomic<bool> stop = false;
    const absl::Status status = store_->CompactHistory(stop);
    ASSERT_TRUE(status.ok()) << status;
  }

  HistoryStatistics Told() const { return store_->ReadStatistics().history; }

  ScratchFolder folder_;
  const OpenedStore opened_ =
      GetParam().open(folder_, {.history = kBounds, .now = [] { return kNow; }});
  Store* const store_ = opened_.store.get();
};

TEST_P(AnyHistory, KeepsAsManyEntriesOfEachLaneAsItMayHold) {
  for (const auto& id : {kLamp, kColor}) {
    for (const auto lane : {kWishes, kReports, kEvents}) {
      Add(id, {10, 20, 30, 40, 50, 60}, {.lane = lane});
    }
  }
  EXPECT_THAT(ChangesIn(*store_, kLamp), ElementsAre(60, 50, 40, 30, 20, 10));
  Compact();
  for (const auto& id : {kLamp, kColor}) {
    EXPECT_THAT(ChangesIn(*store_, id, kWishes), ElementsAre(60, 50, 40, 30));
    EXPECT_THAT(ChangesIn(*store_, id, kReports), ElementsAre(60, 50, 40));
    EXPECT_THAT(ChangesIn(*store_, id, kEvents), ElementsAre(60, 50));
  }
  EXPECT_EQ(Told().dropped_count, 18u);
}

TEST_P(AnyHistory, KeepsWhatIsYoungEnough) {
  Add(kLamp, {1}, {.time = kNow - 3 * kDay - 1});
  Add(kLamp, {2}, {.time = kNow - 3 * kDay});
  Add(kLamp, {1}, {.lane = kWishes, .time = kNow - 4 * kDay});
  Compact();
  EXPECT_THAT(ChangesIn(*store_, kLamp), ElementsAre(2));
  EXPECT_THAT(ChangesIn(*store_, kLamp, kWishes), ElementsAre(1));
  EXPECT_EQ(Told().dropped_age, 1u);
}

TEST_P(AnyHistory, KeepsTheBytesThatALaneMayTake) {
  Add(kLamp, {1, 2, 3}, {.token = std::string(600, 'x')});
  Compact();
  EXPECT_THAT(ChangesIn(*store_, kLamp), ElementsAre(3, 2));
  EXPECT_EQ(Told().dropped_bytes, 1u);
}

TEST_P(AnyHistory, KeepsNothingBelowTheFloors) {
  Add(kLamp, {10, 20, 30});
  Add(kLamp, {10, 20, 30}, {.lane = kWishes});
  Add(kLamp, {10, 20}, {.lane = kEvents});
  for (const std::vector<uint64_t>& group : {std::vector<uint64_t>{10, 11}, {20, 24}, {30}}) {
    AddFeed(group);
  }
  ASSERT_TRUE(store_->RaiseFloors({.reports = 20, .wishes = 30, .feed = 22}).ok());
  Compact();
  EXPECT_THAT(ChangesIn(*store_, kLamp, kReports), ElementsAre(30, 20));
  EXPECT_THAT(ChangesIn(*store_, kLamp, kEvents), ElementsAre(20));
  EXPECT_THAT(ChangesIn(*store_, kLamp, kWishes), ElementsAre(30));
  EXPECT_EQ(AllEntries(*store_, kFeedPrefix)->size(), 2u) << "a group goes when all of it is below";
  EXPECT_EQ(Told().dropped_floor, 5u);
}

TEST_P(AnyHistory, NeverLowersAFloor) {
  EXPECT_EQ(store_->Floors(), HistoryFloors());
  ASSERT_TRUE(store_->RaiseFloors({.reports = 20, .wishes = 5, .feed = 7}).ok());
  ASSERT_TRUE(store_->RaiseFloors({.reports = 10, .wishes = 6, .feed = 0}).ok());
  const HistoryFloors expected = {.reports = 20, .wishes = 6, .feed = 7};
  EXPECT_EQ(store_->Floors(), expected);
  EXPECT_EQ(Get(*store_, std::string(kFloorsKey)), EncodeFloors(expected));
}

TEST_P(AnyHistory, KeepsWhatItDoesNotUnderstand) {
  const Entries strange = {
      {"h", "1"},
      {"hlamp", "2"},
      {HistoryLanePrefix(kLamp, kReports), "3"},
      {HistoryKey(kLamp, kReports, 1), "\xFF"},
      {FeedKey(1), "\xFF"},
      {std::string(kFeedPrefix) + "short", "4"},
  };
  for (const auto& [key, value] : strange) ASSERT_TRUE(Put(*store_, key, value).ok());
  ASSERT_TRUE(store_->RaiseFloors({.reports = 9, .wishes = 9, .feed = 9}).ok());
  Compact();
  EXPECT_EQ(AllEntries(*store_, "h").value(), strange);
}

TEST_P(AnyHistory, LeavesTheRestOfTheStoreAlone) {
  const Entries others = {{RecordKey(kLamp), "record"}, {JournalKey(1, 1), "journal"}};
  for (const auto& [key, value] : others) ASSERT_TRUE(Put(*store_, key, value).ok());
  Add(kLamp, {1, 2, 3, 4, 5});
  ASSERT_TRUE(store_->Remove(HistoryThingPrefix("lamp")).ok());
  Compact();
  for (const auto& [key, value] : others) EXPECT_EQ(Get(*store_, key), value);
}

TEST_P(AnyHistory, IsRemovedThingByThing) {
  for (const auto& id : {kLamp, kColor, kLamp2}) {
    for (const auto lane : {kWishes, kEvents}) Add(id, {1, 2}, {.lane = lane});
  }
  ASSERT_TRUE(store_->Remove(HistoryThingPrefix("lamp")).ok());
  EXPECT_THAT(AllEntries(*store_, HistoryThingPrefix("lamp")).value(), IsEmpty());
  EXPECT_EQ(AllEntries(*store_, "h")->size(), 4u);
  EXPECT_EQ(Get(*store_, HistoryKey(kColor, kWishes, 1)), std::nullopt);
  Add(kLamp, {3});
  EXPECT_THAT(ChangesIn(*store_, kLamp), ElementsAre(3));
  Compact();
  EXPECT_FALSE(Told().has_removed);
  EXPECT_THAT(ChangesIn(*store_, kLamp), ElementsAre(3));
  EXPECT_EQ(AllEntries(*store_, "h")->size(), 5u);
}

TEST_P(AnyHistory, IsRemovedLaneByLane) {
  Add(kLamp, {1});
  Add(kLamp, {1}, {.lane = kWishes});
  Add(kColor, {1});
  ASSERT_TRUE(store_->Remove(HistoryLanePrefix(kLamp, kReports)).ok());
  EXPECT_THAT(ChangesIn(*store_, kLamp), IsEmpty());
  EXPECT_THAT(ChangesIn(*store_, kLamp, kWishes), ElementsAre(1));
  EXPECT_THAT(ChangesIn(*store_, kColor), ElementsAre(1));
}

TEST_P(AnyHistory, IsAllThatIsRemoved) {
  for (const std::string& prefix :
       {std::string(), std::string("h"), std::string("hlamp"), RecordKey(kLamp), JournalKey(1, 1),
        std::string("m"), HistoryKey(kLamp, kReports, 1), std::string(kFeedPrefix)}) {
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Remove(prefix))) << prefix;
  }
}

TEST_P(AnyHistory, TellsWhatIsKept) {
  Add(kLamp, {20}, {.time = kNow - 5});
  Add(kColor, {15, 30}, {.time = kNow - 9});
  Add(kLamp, {10}, {.lane = kWishes, .time = kNow - 7});
  AddFeed({10, 15});
  Compact();
  const HistoryStatistics told = Told();
  EXPECT_EQ(told.reports.entries, 3u);
  EXPECT_EQ(told.reports.first_change, 15u);
  EXPECT_EQ(told.reports.last_change, 30u);
  EXPECT_EQ(told.reports.oldest_time, kNow - 9);
  EXPECT_EQ(told.wishes.entries, 1u);
  EXPECT_EQ(told.wishes.oldest_time, kNow - 7);
  EXPECT_EQ(told.events.entries, 0u);
  EXPECT_EQ(told.feed.entries, 1u);
  EXPECT_EQ(told.feed.oldest_time, kNow);
  const Write one = WriteOf(kLamp, 10, {.lane = kWishes, .time = kNow - 7});
  EXPECT_EQ(told.wishes.bytes, one.key.size() + one.value->size());
  EXPECT_GT(told.file_bytes, 0u);
}

INSTANTIATE_TEST_SUITE_P(Stores, AnyHistory, EveryStore(), StoreKindName);

}  // namespace
}  // namespace storage
