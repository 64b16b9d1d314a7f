// A backup and what is restored from it are their owner's alone, and no link leads either astray.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "storage/restore.h"
#include "tests/storage/history_entries.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto kFolderMode = fs::perms::owner_all;
constexpr auto kFileMode = fs::perms::owner_read | fs::perms::owner_write;

std::vector<fs::perms> FileModes(const std::string& folder) {
  std::vector<fs::perms> modes;
  for (const auto& entry : fs::directory_iterator(folder)) {
    modes.push_back(entry.status().permissions());
  }
  return modes;
}

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    store_ = OpenStore(scratch_.In("store"));
    Commits(*store_, 3);
  }
  void TearDown() override { umask(umask_); }

  const mode_t umask_ = umask(0022);  // as most users have it
  const ScratchFolder scratch_;
  const std::string path_ = scratch_.In("backup");
  std::unique_ptr<Store> store_;
};

TEST_F(Backup, IsItsOwnersAlone) {
  ASSERT_TRUE(store_->BackUp(path_).ok());
  EXPECT_EQ(fs::status(path_).permissions(), kFolderMode);
  EXPECT_THAT(FileModes(path_), Not(IsEmpty()));
  EXPECT_THAT(FileModes(path_), Each(kFileMode));
}

TEST_F(Backup, LeavesWhatIsBesideItAlone) {
  fs::create_directories(scratch_.In("others"));
  WriteFile(scratch_.In("others/file"), "kept");
  for (const char* const name : {"backup.tmp", "backup.new"}) {
    fs::create_directory_symlink("others", scratch_.In(name));
  }
  ASSERT_TRUE(store_->BackUp(path_ + "/").ok());
  EXPECT_EQ(FileText(scratch_.In("others/file")), "kept");
  EXPECT_THAT(FolderContent(scratch_.In("others")), testing::SizeIs(1));
  fs::remove(scratch_.In("backup.tmp"));
  fs::remove(scratch_.In("backup.new"));
  EXPECT_THAT(FilesLike(scratch_.In(""), "backup.", ""), IsEmpty());
}

TEST_F(Backup, IsNotMadeThroughALink) {
  fs::create_symlink("elsewhere", path_);
  EXPECT_TRUE(absl::IsAlreadyExists(store_->BackUp(path_)));
  EXPECT_FALSE(fs::exists(scratch_.In("elsewhere")));
}

TEST_F(Backup, IsNotMadeWhereEverybodyMayWrite) {
  fs::create_directories(scratch_.In("open"));
  fs::permissions(scratch_.In("open"), fs::perms::all);
  const absl::Status status = store_->BackUp(scratch_.In("open/backup"));
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(scratch_.In("open") + " may be written"));
  EXPECT_THAT(FolderContent(scratch_.In("open")), IsEmpty());
}

TEST_F(Backup, IsRestoredForTheOwnerAlone) {
  ASSERT_TRUE(store_->BackUp(path_).ok());
  const std::string to = scratch_.In("restored");
  ASSERT_TRUE(RestoreStore(path_, to, [](uint64_t) {}).ok());
  EXPECT_EQ(fs::status(to).permissions(), kFolderMode);
  EXPECT_THAT(FileModes(to), Each(kFileMode));
  EXPECT_EQ(AllEntries(*OpenStore(to), "s").value().size(), 3u);
}

// In tables, in the log, and what is not kept any more.
TEST_F(Backup, HoldsHistory) {
  const shadow::ShadowId lamp{.thing = "lamp", .name = ""};
  ASSERT_TRUE(store_->Commit({WriteOf(lamp, 1), WriteOf(lamp, 2)}, Durability::kSync).ok());
  std::atomic<bool> stop = false;
  ASSERT_TRUE(store_->CompactHistory(stop).ok());
  ASSERT_TRUE(store_->RaiseFloors({.reports = 1}).ok());
  ASSERT_TRUE(store_->Commit({WriteOf(lamp, 3), {"sa", "1"}}, Durability::kSync).ok());
  ASSERT_TRUE(store_->BackUp(path_).ok());
  const std::string to = scratch_.In("restored");
  ASSERT_TRUE(RestoreStore(path_, to, [](uint64_t) {}).ok());

  const auto restored = OpenStore(to);
  EXPECT_EQ(AllEntries(*restored, "").value(), AllEntries(*store_, "").value());
  EXPECT_THAT(ChangesIn(*restored, lamp), testing::ElementsAre(3, 2, 1));
  EXPECT_EQ(restored->Floors(), store_->Floors());
}

TEST_F(Backup, IsNotRestoredWithALinkInIt) {
  ASSERT_TRUE(store_->BackUp(path_).ok());
  WriteFile(scratch_.In("secret"), "not the store's");
  fs::create_symlink("../secret", path_ + "/000099.sst");
  const absl::Status status = RestoreStore(path_, scratch_.In("restored"), [](uint64_t) {});
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("000099.sst is no regular file"));
  EXPECT_FALSE(fs::exists(scratch_.In("restored/000099.sst")));
}

TEST_F(Backup, AndItsStoreAreMadeForTheOwnerAlone) {
  EXPECT_EQ(fs::status(scratch_.In("store")).permissions(), kFolderMode);
}

}  // namespace
}  // namespace storage
