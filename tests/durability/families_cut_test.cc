// The power is cut at every operation of the disk while records and history are committed and
// written out, each at its own time: both are found at the same commit. With an fsync that is the
// last one, or the one under way; without it a whole one before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <atomic>
#include <mutex>
#include <random>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/durability/power_cut_file_system.h"
#include "tests/storage/history_entries.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace durability {
namespace {

using storage::Durability;

constexpr shadow::ShadowId kPumpId = {.thing = "pump", .name = ""};
constexpr char kCountKey[] = "scount";
constexpr uint64_t kCommits = 60;
constexpr size_t kLeastMemtable = 64 << 10;  // that RocksDB takes
constexpr size_t kRecordBytes = 4000;        // a memtable is full after 16 of them
constexpr size_t kEntryBytes = 2500;

struct FamiliesImage {
  Image image;
  uint64_t committed;  // commits that had returned
};

class FamiliesCut : public testing::Test {
 protected:
  using Commits = std::vector<std::vector<storage::Write>>;  // that one change is made with

  // Commits one change after the other, each as `split` says.
  template <class Split>
  std::vector<FamiliesImage> Run(Durability durability, const Split& split) {
    const auto store = storage::OpenStore({.path = folder_.In("store"),
                                           .write_buffer_bytes = kLeastMemtable,
                                           .history_buffer_bytes = kLeastMemtable,
                                           .env = env_.get()});
    std::mutex mutex;
    std::vector<FamiliesImage> cuts;
    std::atomic<uint64_t> committed = 0;
    files_->BeforeEach([&](Image image) {
      const std::lock_guard lock(mutex);
      cuts.push_back({std::move(image), committed});
    });
    std::mt19937_64 random(1);
    const auto noise = [&](size_t bytes) {
      std::string text(bytes, ' ');
      for (char& c : text) c = static_cast<char>(random());
      return text;
    };
    for (uint64_t change = 1; change <= kCommits; ++change) {
      const storage::Write record = {absl::StrCat("s", change % 7), noise(kRecordBytes)};
      const storage::Write count = {kCountKey, absl::StrCat(change)};
      const storage::Write entry = storage::WriteOf(kPumpId, change, {.token = noise(kEntryBytes)});
      for (const auto& writes : split(record, count, entry)) {
        EXPECT_TRUE(store->Commit(writes, durability).ok());
      }
      ++committed;
    }
    files_->BeforeEach(nullptr);
    const storage::Statistics told = store->ReadStatistics();
    EXPECT_GT(told.history.file_bytes, 0u) << "history was written out";
    EXPECT_GT(told.table_file_bytes, told.history.file_bytes) << "records, too";
    return cuts;
  }

  static Commits Together(storage::Write record, storage::Write count, storage::Write entry) {
    return {{std::move(record), std::move(count), std::move(entry)}};
  }
  static Commits Apart(storage::Write record, storage::Write count, storage::Write entry) {
    return {{std::move(record), std::move(count)}, {std::move(entry)}};
  }

  // The commit that both stand at; nothing, and a text in `fault`, where they differ.
  std::optional<uint64_t> Found(const FamiliesImage& cut, Tear tear, std::string& fault) {
    const std::string after = folder_.In("after");
    cut.image.WriteTo(after, tear);
    const absl::Cleanup removed = [&] { std::filesystem::remove_all(after); };
    const auto store = storage::OpenRocksDb({.path = after});
    if (!store.ok()) {
      fault = store.status().ToString();
      return std::nullopt;
    }
    uint64_t count = 0;
    if (const auto text = storage::Get(**store, kCountKey)) {
      EXPECT_TRUE(absl::SimpleAtoi(*text, &count)) << *text;
    }
    const std::vector<uint64_t> changes = storage::ChangesIn(**store, kPumpId);
    bool whole = changes.size() == count;
    for (size_t i = 0; whole && i < changes.size(); ++i) whole = changes[i] == count - i;
    if (whole) return count;
    fault = absl::StrCat("records at ", count, ", ", changes.size(), " entries");
    return std::nullopt;
  }

  const storage::ScratchFolder folder_;
  const std::shared_ptr<PowerCutFileSystem> files_ = std::make_shared<PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(files_);
};

TEST_F(FamiliesCut, LeavesRecordsAndHistoryAtTheLastSyncedCommit) {
  const auto cuts = Run(Durability::kSync, Together);
  for (size_t i = 0; i < cuts.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "cut " << i << " after " << cuts[i].committed);
    std::string fault;
    const auto found = Found(cuts[i], static_cast<Tear>(i % 3), fault);
    ASSERT_TRUE(found) << fault;
    EXPECT_GE(*found, cuts[i].committed);
    EXPECT_LE(*found, cuts[i].committed + 1);
  }
}

TEST_F(FamiliesCut, LeavesRecordsAndHistoryAtOneCommitWithoutAnFsync) {
  const auto cuts = Run(Durability::kRelaxed, Together);
  for (size_t i = 0; i < cuts.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "cut " << i << " after " << cuts[i].committed);
    std::string fault;
    const auto found = Found(cuts[i], static_cast<Tear>(i % 3), fault);
    ASSERT_TRUE(found) << fault;
    EXPECT_LE(*found, cuts[i].committed + 1);
  }
}

// A test of the test: it must notice what one batch is for.
TEST_F(FamiliesCut, IsNoticedBetweenTwoCommits) {
  const auto cuts = Run(Durability::kSync, Apart);
  size_t faults = 0;
  for (size_t i = 0; i < cuts.size(); i += 3) {
    std::string fault;
    faults += Found(cuts[i], Tear::kNothingKept, fault) ? 0 : 1;
  }
  EXPECT_GT(faults, 0u);
}

}  // namespace
}  // namespace durability
