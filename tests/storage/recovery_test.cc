// What is there again after a store was closed, cut off or out of room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "tests/storage/history_entries.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

using testing::Optional;

class Recovery : public testing::Test {
 protected:
  ScratchFolder folder_;
  const std::string path_ = folder_.In("store");
};

TEST_F(Recovery, FindsEverythingAfterReopening) {
  Entries entries;
  {
    auto store = OpenStore(path_);
    entries = Commits(*store, 100);
    ASSERT_TRUE(Put(*store, "s0003", "relaxed", Durability::kRelaxed).ok());
    entries["s0003"] = "relaxed";
    ASSERT_TRUE(store->Commit({{"s0004", std::nullopt}}, Durability::kSync).ok());
    entries.erase("s0004");
  }
  EXPECT_EQ(AllEntries(*OpenStore(path_), "s").value(), entries);
}

TEST_F(Recovery, WritesTheFormatDown) {
  EXPECT_THAT(Get(*OpenStore(path_), std::string(kFormatKey)), Optional(std::string("2")));
}

TEST_F(Recovery, FindsEverythingCommittedAfterACrash) {
  auto store = OpenStore(path_);
  const Entries entries = Commits(*store, 100);
  CopyFolder(path_, folder_.In("copy"));  // what a process killed now leaves behind
  EXPECT_EQ(AllEntries(*OpenStore(folder_.In("copy")), "s").value(), entries);
}

TEST_F(Recovery, FindsCompactedAndLoggedEntriesAfterACrash) {
  { Commits(*OpenStore(path_), 100); }
  ASSERT_TRUE(CompactRocksDb({.path = path_}).ok());
  auto store = OpenStore(path_);
  ASSERT_TRUE(Put(*store, "s0001", "new").ok());
  CopyFolder(path_, folder_.In("copy"));
  auto copy = OpenStore(folder_.In("copy"));
  EXPECT_THAT(Get(*copy, "s0001"), Optional(std::string("new")));
  EXPECT_EQ(AllEntries(*copy, "s")->size(), 100u);
}

TEST_F(Recovery, DropsATornEndOfTheLogDownToTheLastWholeCommit) {
  auto store = OpenStore(path_);
  Commits(*store, 20);
  const auto logs = FilesLike(path_, "", ".log");
  ASSERT_EQ(logs.size(), 1u);
  const std::string name = std::filesystem::path(logs[0]).filename().string();
  const size_t before_last = std::filesystem::file_size(logs[0]);
  ASSERT_TRUE(store->Commit({{"s0000", "torn"}, {"s0020", "torn"}}, Durability::kSync).ok());
  const size_t whole = std::filesystem::file_size(logs[0]);
  for (size_t size = before_last; size < whole; ++size) {
    SCOPED_TRACE(size);
    const std::string copy = folder_.In(absl::StrCat("copy", size));
    CopyFolder(path_, copy);
    std::filesystem::resize_file(copy + "/" + name, size);
    const auto entries = AllEntries(*OpenStore(copy), "s").value();
    EXPECT_EQ(entries.size(), 20u);
    EXPECT_NE(entries.at("s0000"), "torn");
    std::filesystem::remove_all(copy);
  }
}

TEST_F(Recovery, GoesOnWhereMakingAStoreWasInterrupted) {
  std::filesystem::create_directory(path_);
  WriteFile(path_ + "/HALF_MADE", "");
  {
    auto store = OpenStore(path_);
    ASSERT_TRUE(Put(*store, "sa", "1").ok());
  }
  WriteFile(path_ + "/HALF_MADE", "");  // its removal did not reach the disk
  EXPECT_THAT(Get(*OpenStore(path_), "sa"), Optional(std::string("1")));
  EXPECT_FALSE(std::filesystem::exists(path_ + "/HALF_MADE"));
}

// No file of this process may grow beyond `bytes` while one of these lives: a disk that is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal_before_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, signal_before_);
  }

 private:
  rlimit before_;
  void (*signal_before_)(int);
};

class FullDisk : public Recovery, public testing::WithParamInterface<int> {};

TEST_P(FullDisk, RefusesCommitsUntilThereIsRoomAndKeepsServingReads) {
  const int commits_before = GetParam();
  auto store = OpenStore(path_);
  Entries entries = Commits(*store, commits_before);
  {
    const FileSizeLimit full(64 << 10);
    const auto failure = Put(*store, "large", std::string(256 << 10, 'x'));
    ASSERT_FALSE(failure.ok());
    EXPECT_THAT(std::string(failure.message()), testing::HasSubstr(path_));
    EXPECT_EQ(Put(*store, "sa", "1"), failure);
    EXPECT_EQ(store->Sync(), failure);
    EXPECT_EQ(store->Health(), failure);
    EXPECT_EQ(AllEntries(*store, "s").value(), entries);
    EXPECT_FALSE(store->Recover().ok());
    EXPECT_EQ(Put(*store, "sa", "1"), failure);
    EXPECT_EQ(AllEntries(*store, "s").value(), entries);
  }
  ASSERT_TRUE(store->Recover().ok()) << store->Recover();
  EXPECT_TRUE(store->Health().ok());
  ASSERT_TRUE(Put(*store, "sa", "1").ok());
  entries["sa"] = "1";
  EXPECT_EQ(AllEntries(*store, "s").value(), entries);
  store.reset();
  EXPECT_EQ(AllEntries(*OpenStore(path_), "s").value(), entries);
}

INSTANTIATE_TEST_SUITE_P(CommitsBefore, FullDisk, testing::Values(0, 1, 100));

// In tables and in the log: what comes back is a new handle, with both families.
TEST_F(Recovery, KeepsRecordsAndHistoryTogetherOverAFullDisk) {
  const shadow::ShadowId lamp{.thing = "lamp", .name = ""};
  auto store = OpenStore(path_);
  ASSERT_TRUE(store->Commit({{"sa", "1"}, WriteOf(lamp, 1)}, Durability::kSync).ok());
  std::atomic<bool> stop = false;
  ASSERT_TRUE(store->CompactHistory(stop).ok());
  ASSERT_TRUE(store->Commit({{"sa", "2"}, WriteOf(lamp, 2)}, Durability::kSync).ok());
  const Entries before = AllEntries(*store, "").value();
  {
    const FileSizeLimit full(64 << 10);
    const Write large = {"large", std::string(256 << 10, 'x')};
    ASSERT_FALSE(store->Commit({large, WriteOf(lamp, 3)}, Durability::kSync).ok());
    EXPECT_FALSE(store->Recover().ok());
    EXPECT_EQ(AllEntries(*store, "").value(), before);
  }
  ASSERT_TRUE(store->Recover().ok());
  EXPECT_EQ(AllEntries(*store, "").value(), before);
  ASSERT_TRUE(store->Commit({{"sa", "3"}, WriteOf(lamp, 3)}, Durability::kSync).ok());
  store = nullptr;
  store = OpenStore(path_);
  EXPECT_THAT(Get(*store, "sa"), Optional(std::string("3")));
  EXPECT_THAT(ChangesIn(*store, lamp), testing::ElementsAre(3, 2, 1));
}

}  // namespace
}  // namespace storage
