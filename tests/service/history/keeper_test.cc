#include "service/history/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/history_feed.h"
#include "tests/storage/history_entries.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using storage::HistoryBounds;
using storage::HistoryFloors;
using storage::HistoryLane;
using storage::HistoryStatistics;
using testing::AllOf;
using testing::Ge;
using testing::Le;
using Part = HistoryStatistics::Part;

constexpr absl::Duration kPatience = absl::Seconds(60);

HistoryBounds Total(uint64_t bytes) {
  HistoryBounds bounds = storage::kUnboundedHistory;
  bounds.total_bytes_max = bytes;
  return bounds;
}

Part Of(uint64_t bytes, uint64_t first, uint64_t last) {
  return {.entries = last - first + 1, .bytes = bytes, .first_change = first, .last_change = last};
}

TEST(FloorsFor, LeavesWhatIsLittleMoreThanItMayBe) {
  const HistoryFloors floors = {.reports = 3, .wishes = 2, .feed = 1};
  HistoryStatistics kept = {.wishes = Of(2400, 1, 1000), .file_bytes = 1200};
  EXPECT_EQ(FloorsFor(kept, Total(1000), floors), floors);
  EXPECT_EQ(FloorsFor({}, Total(0), floors), floors);
}

TEST(FloorsFor, CutsTheOldestReportsAndEventsFirst) {
  // 2000 written take 1500: 700 must go, of 1200 that reports and events take.
  const HistoryStatistics kept = {.wishes = Of(400, 1, 1000),
                                  .reports = Of(1000, 101, 1100),
                                  .events = Of(600, 201, 1000),
                                  .file_bytes = 1500};
  EXPECT_EQ(FloorsFor(kept, Total(1000), {}), (HistoryFloors{.reports = 101 + 1000 * 7 / 12}));
}

TEST(FloorsFor, CountsFromTheFloorThatIs) {
  const HistoryStatistics kept = {.reports = Of(1600, 1, 1000), .file_bytes = 1600};
  EXPECT_EQ(FloorsFor(kept, Total(1000), {.reports = 501}), (HistoryFloors{.reports = 751}));
}

TEST(FloorsFor, CutsWishesWhenNoReportIsLeft) {
  // 1200 must go, of which reports have 400.
  const HistoryStatistics kept = {
      .wishes = Of(1600, 1, 1000), .reports = Of(400, 1, 700), .file_bytes = 2000};
  EXPECT_EQ(FloorsFor(kept, Total(1000), {}), (HistoryFloors{.reports = 701, .wishes = 501}));
}

TEST(FloorsFor, CutsTheFeedByItself) {
  HistoryBounds bounds = Total(100'000);
  bounds.feed_bytes_max = 1000;
  const HistoryStatistics kept = {
      .wishes = Of(1000, 1, 1000), .feed = Of(1600, 1, 1000), .file_bytes = 2600};
  EXPECT_EQ(FloorsFor(kept, bounds, {}), (HistoryFloors{.feed = 501}));
}

TEST(FloorsFor, DoesNotLetTheFeedPushOutEntries) {
  const HistoryStatistics kept = {
      .wishes = Of(500, 1, 1000), .feed = Of(1000, 1, 1000), .file_bytes = 1500};
  EXPECT_EQ(FloorsFor(kept, Total(1000), {}), (HistoryFloors{.feed = 801}));
}

class Keeper : public testing::Test {
 protected:
  void Open(const HistoryBounds& bounds) {
    store_ = storage::OpenStore(
        {.path = folder_.In("store"), .history_buffer_bytes = kBuffer, .history = bounds});
    keeper_.emplace(HistoryKeeper::Settings{.bounds = bounds, .interval = absl::Milliseconds(5)},
                    *store_, log_);
  }

  void Commit(std::vector<storage::Write> writes) {
    ASSERT_TRUE(store_->Commit(writes, storage::Durability::kRelaxed).ok());
    keeper_->RaiseIfAsked();
  }

  template <class Predicate>
  bool Reaches(Predicate predicate) {
    const absl::Time end = absl::Now() + kPatience;
    while (!predicate()) {
      if (absl::Now() > end) return false;
      keeper_->RaiseIfAsked();
      absl::SleepFor(absl::Milliseconds(1));
    }
    return true;
  }

  HistoryStatistics Kept() const { return store_->ReadStatistics().history; }

  static constexpr size_t kBuffer = 256 << 10;
  storage::ScratchFolder folder_;
  Log log_{LogLevel::kError, LogFormat::kText};
  std::unique_ptr<storage::Store> store_;
  std::optional<HistoryKeeper> keeper_;
};

TEST_F(Keeper, HoldsTheDiskToItsBoundAndTheOldestReportsGoFirst) {
  constexpr uint64_t kBytesMax = 1 << 20;
  Open(Total(kBytesMax));
  std::mt19937_64 random(1);
  uint64_t change = 0;
  for (uint64_t written = 0; written < 20 * kBytesMax;) {
    std::vector<storage::Write> writes;
    for (int i = 0; i < 50; ++i) {
      std::string noise(200, ' ');
      for (char& c : noise) c = static_cast<char>(random());
      const std::string thing = absl::StrCat("thing-", random() % 20);
      writes.push_back(storage::WriteOf({thing, ""}, ++change, {.token = noise}));
      written += writes.back().key.size() + writes.back().value->size();
    }
    const std::string wisher = absl::StrCat("thing-", change % 7);
    writes.push_back(storage::WriteOf({wisher, ""}, ++change, {.lane = HistoryLane::kWishes}));
    Commit(std::move(writes));
  }
  const uint64_t wishes = change / 51;
  EXPECT_TRUE(Reaches([&] { return Kept().file_bytes <= kBytesMax * 5 / 4; }));
  EXPECT_EQ(store_->Floors().wishes, 0u);
  const uint64_t floor = store_->Floors().reports;
  EXPECT_GT(floor, change / 2);
  uint64_t wishes_left = 0;
  uint64_t youngest = 0;
  ASSERT_TRUE(store_
                  ->Scan("h", "",
                         [&](absl::string_view key, absl::string_view) {
                           const auto id = storage::ParseHistoryKey(key);
                           if (id && id->lane == HistoryLane::kWishes) ++wishes_left;
                           if (id) youngest = std::max(youngest, id->change);
                           return true;
                         })
                  .ok());
  EXPECT_EQ(wishes_left, wishes);
  EXPECT_EQ(youngest, change);
  EXPECT_GT(Kept().dropped_floor, 0u);
}

TEST_F(Keeper, RidsTheDiskOfWhatWasRemoved) {
  Open(storage::kUnboundedHistory);
  Commit({storage::WriteOf({"lamp", ""}, 1)});
  ASSERT_TRUE(store_->Remove(storage::HistoryThingPrefix("lamp")).ok());
  EXPECT_TRUE(Reaches([&] { return !Kept().has_removed && Kept().file_bytes == 0; }));
}

TEST_F(Keeper, EndsAtOnceWhateverItIsAt) {
  Open(Total(1));
  for (uint64_t change = 1; change <= 100; ++change) {
    ASSERT_TRUE(
        store_->Commit({storage::WriteOf({"lamp", ""}, change)}, storage::Durability::kRelaxed)
            .ok());
    ASSERT_TRUE(store_->Remove(storage::HistoryThingPrefix(change % 2 == 0 ? "lamp" : "x")).ok());
    keeper_.emplace(
        HistoryKeeper::Settings{.bounds = Total(1), .interval = absl::Microseconds(change)},
        *store_, log_);
  }
  keeper_.reset();
  EXPECT_EQ(store_->Floors(), HistoryFloors()) << "nobody raises them";
}

}  // namespace
}  // namespace service
