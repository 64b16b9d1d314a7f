// History on the disk: what compactions that see only a part of it do, what is gone from files, and
// what long work stands in the way of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/memory_store.h"
#include "tests/storage/history_entries.h"
#include "tests/storage/old_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr shadow::ShadowId kNoisy = {.thing = "noisy", .name = ""};
constexpr shadow::ShadowId kQuiet = {.thing = "quiet", .name = ""};

// Beyond these bounds there is much.
constexpr HistoryBounds FewReports(uint64_t entries) {
  HistoryBounds bounds = kUnboundedHistory;
  bounds.reports.entries_max = entries;
  return bounds;
}

class HistoryFamily : public testing::Test {
 protected:
  void Compact(Store& store) {
    std::atomic<bool> stop = false;
    const absl::Status status = store.CompactHistory(stop);
    ASSERT_TRUE(status.ok()) << status;
  }

  // One that young tables are not merged with.
  void MakeLargeTable() {
    const auto store = OpenStore(options_);
    std::mt19937_64 random(1);
    std::vector<Write> writes;
    for (uint64_t change = 1; change <= 10'000; ++change) {
      std::string noise;
      for (int word = 0; word < 30; ++word) absl::StrAppend(&noise, absl::Hex(random()), "-");
      const shadow::ShadowId id = {.thing = change % 2 == 0 ? "a" : "z", .name = ""};
      writes.push_back(WriteOf(id, change, {.lane = HistoryLane::kWishes, .token = noise}));
    }
    ASSERT_TRUE(store->Commit(writes, Durability::kRelaxed).ok());
    Compact(*store);
  }

  // What RocksDB notes down to cover what is older, in all tables of history.
  uint64_t Deletions() const {
    const StoreSettings settings = RocksDbSettings(options_);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::OpenForReadOnly(settings.records, options_.path,
                                             {{rocksdb::kDefaultColumnFamilyName, settings.records},
                                              {"history", settings.history}},
                                             &handles, &opened)
                    .ok());
    rocksdb::TablePropertiesCollection tables;
    EXPECT_TRUE(opened->GetPropertiesOfAllTables(handles[1], &tables).ok());
    uint64_t deletions = 0;
    for (const auto& [name, table] : tables) deletions += table->num_deletions;
    for (auto* const handle : handles) delete handle;
    delete opened;
    return deletions;
  }

  // Whether any file of the store holds `text`.
  bool FilesHold(const std::string& text) const {
    for (const auto& [name, content] : FolderContent(options_.path)) {
      if (content.find(text) != std::string::npos) return true;
    }
    return false;
  }

  ScratchFolder folder_;
  RocksDbOptions options_{.path = folder_.In("store")};
};

TEST_F(HistoryFamily, LosesNothingThatIsWithinTheBoundsHoweverItIsCompacted) {
  options_.history = FewReports(100);
  options_.history_buffer_bytes = 64 << 10;
  const auto store = OpenStore(options_);
  const uint64_t changes = 20'000;
  for (uint64_t change = 1; change <= changes; ++change) {
    std::vector<Write> writes = {WriteOf(kNoisy, change)};
    if (change % 1000 == 0) writes.push_back(WriteOf(kQuiet, change));
    ASSERT_TRUE(store->Commit(writes, Durability::kRelaxed).ok());
    if (change % 500 != 0) continue;
    const auto kept = ChangesIn(*store, kNoisy);
    ASSERT_GE(kept.size(), std::min<uint64_t>(change, 100));
    for (uint64_t i = 0; i < 100; ++i) ASSERT_EQ(kept[i], change - i);
    ASSERT_EQ(ChangesIn(*store, kQuiet).size(), change / 1000);
  }
  EXPECT_GT(store->ReadStatistics().history.dropped_count, changes / 2);
}

TEST_F(HistoryFamily, LeavesNothingBehindForWhatIsLeftOut) {
  options_.history = FewReports(100);
  MakeLargeTable();
  uint64_t change = 0;
  uint64_t compactions = 0;
  for (int round = 0; compactions < 3; ++round) {  // each opening makes a table of the log
    ASSERT_LT(round, 200) << "nothing is compacted";
    const auto store = OpenStore(options_);
    std::vector<Write> writes;
    for (int i = 0; i < 500; ++i) writes.push_back(WriteOf(kNoisy, ++change));
    ASSERT_TRUE(store->Commit(writes, Durability::kRelaxed).ok());
    while (store->ReadStatistics().history.dropped_count == 0 &&
           store->ReadStatistics().compactions_running > 0) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    compactions += store->ReadStatistics().compactions;
    ASSERT_EQ(Deletions(), 0u);
  }
}

TEST_F(HistoryFamily, IsCutToNoBoundsButTheFloorsByWhoKnowsNone) {
  {
    const auto store = OpenStore(options_);
    std::vector<Write> writes;
    for (uint64_t change = 1; change <= 5000; ++change) writes.push_back(WriteOf(kNoisy, change));
    ASSERT_TRUE(store->Commit(writes, Durability::kSync).ok());
    ASSERT_TRUE(store->RaiseFloors({.reports = 11}).ok());
  }
  ASSERT_TRUE(CompactRocksDb(options_).ok());
  const auto store = OpenStore(options_);
  EXPECT_EQ(store->Floors(), (HistoryFloors{.reports = 11}));
  EXPECT_EQ(ChangesIn(*store, kNoisy).size(), 4990u);
}

TEST_F(HistoryFamily, IsGoneFromEveryFileOnceRemovedAndCompacted) {
  const auto store = OpenStore(options_);
  const auto add = [&](uint64_t change) {
    ASSERT_TRUE(store
                    ->Commit({WriteOf(kNoisy, change, {.token = "who-did-it"}),
                              {RecordKey(kNoisy), "record"}},
                             Durability::kSync)
                    .ok());
  };
  add(1);
  Compact(*store);
  add(2);
  ASSERT_TRUE(FilesHold("who-did-it"));
  ASSERT_TRUE(store->Remove(HistoryThingPrefix("noisy")).ok());
  EXPECT_TRUE(store->ReadStatistics().history.has_removed);
  Compact(*store);
  EXPECT_FALSE(FilesHold("who-did-it"));
  EXPECT_FALSE(store->ReadStatistics().history.has_removed);
  EXPECT_EQ(Get(*store, RecordKey(kNoisy)), "record");
}

TEST_F(HistoryFamily, KnowsAfterARestartThatSomethingWasRemoved) {
  {
    const auto store = OpenStore(options_);
    ASSERT_TRUE(
        store->Commit({WriteOf(kNoisy, 1, {.token = "who-did-it"})}, Durability::kSync).ok());
    ASSERT_TRUE(store->Remove(HistoryThingPrefix("noisy")).ok());
  }
  const auto store = OpenStore(options_);
  EXPECT_TRUE(store->ReadStatistics().history.has_removed);
  Compact(*store);
  EXPECT_FALSE(store->ReadStatistics().history.has_removed);
  EXPECT_FALSE(FilesHold("who-did-it"));
}

TEST_F(HistoryFamily, AgreesWithAStoreInMemoryWhateverIsAddedAndRemoved) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  options_.history_buffer_bytes = 64 << 10;
  auto store = OpenStore(options_);
  MemoryStore expected;
  uint64_t change = 0;
  const auto any_id = [&](std::string& thing, std::string& name) {
    thing = std::string(1 + random() % 9, 'w');
    name = random() % 2 == 0 ? "" : std::string(1 + random() % 9, 'r');
    return shadow::ShadowId{thing, name};
  };
  for (int round = 0; round < 3000; ++round) {
    std::string thing, name;
    const shadow::ShadowId id = any_id(thing, name);
    const HistoryLane lane =
        "wre"[random() % 3] == 'w' ? HistoryLane::kWishes : HistoryLane::kEvents;
    if (random() % 20 == 0) {
      const std::string prefix =
          random() % 2 == 0 ? HistoryThingPrefix(thing) : HistoryLanePrefix(id, lane);
      ASSERT_TRUE(store->Remove(prefix).ok());
      ASSERT_TRUE(expected.Remove(prefix).ok());
    } else {
      const Write write =
          WriteOf(id, ++change, {.lane = lane, .token = std::string(random() % 200, 'x')});
      ASSERT_TRUE(store->Commit({write}, Durability::kRelaxed).ok());
      ASSERT_TRUE(expected.Commit({write}, Durability::kRelaxed).ok());
    }
    if (random() % 500 == 0) {
      store.reset();
      store = OpenStore(options_);
    }
    if (random() % 500 == 0) Compact(*store);
    if (round % 100 == 0) {
      ASSERT_EQ(AllEntries(*store, "h").value(), AllEntries(expected, "h").value());
    }
  }
  EXPECT_EQ(AllEntries(*store, "h").value(), AllEntries(expected, "h").value());
}

TEST_F(HistoryFamily, StopsToBeCompactedWhenTold) {
  const auto store = OpenStore(options_);
  ASSERT_TRUE(store->Commit({WriteOf(kNoisy, 1)}, Durability::kSync).ok());
  std::atomic<bool> stop = true;
  const absl::Status status = store->CompactHistory(stop);
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_TRUE(store->Health().ok());
}

TEST_F(HistoryFamily, IsInItsOwnTables) {
  const auto store = OpenStore(options_);
  ASSERT_TRUE(store
                  ->Commit({WriteOf(kNoisy, 1, {.token = std::string(10'000, 'x')}),
                            {RecordKey(kNoisy), "record"}},
                           Durability::kSync)
                  .ok());
  Compact(*store);
  const Statistics told = store->ReadStatistics();
  EXPECT_EQ(told.table_files, 1u);
  EXPECT_EQ(told.history.file_bytes, told.table_file_bytes);
  EXPECT_EQ(told.sorted_runs, 0u) << "of records";
}

}  // namespace
}  // namespace storage
