// A damaged, foreign or newer store is refused with a reason and stays as it is, byte for byte.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/key.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

using testing::HasSubstr;

class Damage : public testing::Test {
 protected:
  void Make(int commits) {
    auto store = OpenStore(path_);
    entries_ = Commits(*store, commits);
  }
  void MakeCompacted(int commits) {
    Make(commits);
    ASSERT_TRUE(CompactRocksDb({.path = path_}).ok());
  }

  // The error of opening the store, which must name the folder and leave it alone.
  absl::Status Refusal() const {
    const auto before = FolderContent(path_);
    const auto status = OpenRocksDb({.path = path_}).status();
    EXPECT_EQ(FolderContent(path_), before);
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
    EXPECT_THAT(std::string(status.message()), HasSubstr("nothing was changed"));
    return status;
  }

  void Flip(const std::string& file, size_t place) const {
    std::string text = FileText(file);
    text.at(place) = static_cast<char>(text.at(place) ^ 0x10);
    WriteFile(file, text);
  }

  std::string Only(const std::string& begin, const std::string& end) const {
    const auto paths = FilesLike(path_, begin, end);
    EXPECT_EQ(paths.size(), 1u) << begin << "*" << end;
    return paths.at(0);
  }

  ScratchFolder folder_;
  const std::string path_ = folder_.In("store");
  Entries entries_;
};

TEST_F(Damage, OfAMissingCurrentIsRefused) {
  Make(10);
  std::filesystem::remove(path_ + "/CURRENT");
  EXPECT_TRUE(absl::IsDataLoss(Refusal())) << Refusal();
}

TEST_F(Damage, OfAMissingManifestIsRefused) {
  Make(10);
  std::filesystem::remove(Only("MANIFEST-", ""));
  EXPECT_TRUE(absl::IsDataLoss(Refusal())) << Refusal();
}

TEST_F(Damage, OfAMissingLogIsRefused) {
  Make(10);
  std::filesystem::remove(Only("", ".log"));
  EXPECT_TRUE(absl::IsDataLoss(Refusal())) << Refusal();
}

TEST_F(Damage, OfAMissingTableIsRefused) {
  MakeCompacted(100);
  std::filesystem::remove(Only("", ".sst"));
  EXPECT_TRUE(absl::IsDataLoss(Refusal())) << Refusal();
}

TEST_F(Damage, OfATruncatedTableIsRefused) {
  MakeCompacted(100);
  const std::string table = Only("", ".sst");
  std::filesystem::resize_file(table, std::filesystem::file_size(table) - 1);
  EXPECT_TRUE(absl::IsDataLoss(Refusal())) << Refusal();
}

TEST_F(Damage, OfATruncatedManifestIsRefusedOrHarmless) {
  MakeCompacted(100);
  const std::string manifest = Only("MANIFEST-", "");
  const size_t whole = std::filesystem::file_size(manifest);
  for (size_t size = 0; size < whole; size += 7) {
    SCOPED_TRACE(size);
    const std::string copy = folder_.In("copy");
    CopyFolder(path_, copy);
    std::filesystem::resize_file(copy + manifest.substr(path_.size()), size);
    const auto store = OpenRocksDb({.path = copy});
    if (store.ok()) {
      EXPECT_EQ(AllEntries(**store, "s").value(), entries_);
    }
    std::filesystem::remove_all(copy);
  }
}

// A table is read block by block: damage shows when its block is needed, and never as a wrong
// value.
TEST_F(Damage, OfAFlippedByteInATableIsNeverReadAsData) {
  MakeCompacted(200);
  const std::string table = Only("", ".sst");
  const std::string whole = FileText(table);
  size_t refused = 0;
  size_t tried = 0;
  for (size_t place = 5; place < whole.size(); place += whole.size() / 60) {
    SCOPED_TRACE(place);
    WriteFile(table, whole);
    Flip(table, place);
    ++tried;
    const auto store = OpenRocksDb({.path = path_});
    if (!store.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(store.status())) << store.status();
      ++refused;
      continue;
    }
    const auto entries = AllEntries(**store, "s");
    if (!entries.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(entries.status())) << entries.status();
      EXPECT_THAT(std::string(entries.status().message()), HasSubstr(path_));
      ++refused;
    } else {
      EXPECT_EQ(*entries, entries_);
    }
  }
  EXPECT_GE(refused, tried * 3 / 4);
}

TEST_F(Damage, OfAFlippedByteBeforeTheLogsEndIsRefused) {
  Make(50);
  const std::string log = Only("", ".log");
  const std::string whole = FileText(log);
  for (size_t place = 0; place < whole.size() / 2; place += whole.size() / 60) {
    SCOPED_TRACE(place);
    WriteFile(log, whole);
    Flip(log, place);
    EXPECT_TRUE(absl::IsDataLoss(Refusal())) << Refusal();
  }
}

TEST_F(Damage, OfTheFormatMarkIsRefused) {
  { ASSERT_TRUE(Put(*OpenStore(path_), std::string(kFormatKey), "one").ok()); }
  EXPECT_TRUE(absl::IsDataLoss(Refusal())) << Refusal();
}

TEST_F(Damage, IsNotWhatANewerFormatIs) {
  { ASSERT_TRUE(Put(*OpenStore(path_), std::string(kFormatKey), "3").ok()); }
  const auto status = Refusal();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("has format 3, this program knows format 2"));
}

TEST_F(Damage, IsNotWhatAnotherProgramsDatabaseIs) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* raw = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path_, &raw).ok());
  ASSERT_TRUE(raw->Put({}, "key", "value").ok());
  delete raw;
  const auto status = Refusal();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("another program's"));
}

TEST_F(Damage, IsNotWhatAForeignFolderIs) {
  std::filesystem::create_directory(path_);
  WriteFile(path_ + "/notes.txt", "mine");
  EXPECT_TRUE(absl::IsFailedPrecondition(Refusal())) << Refusal();
}

TEST_F(Damage, IsNotWhatASecondOpeningSees) {
  auto store = OpenStore(path_);
  const auto status = OpenRocksDb({.path = path_}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("open in another process"));
  EXPECT_TRUE(Put(*store, "sa", "1").ok());
}

TEST_F(Damage, IsNotWhatAnotherProcessWithTheStoreOpenIs) {
  Make(1);
  int ready[2];
  int done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  const pid_t child = fork();
  if (child == 0) {  // holds the lock as RocksDB does, until the parent lets go
    close(done[1]);
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    const int file = open((path_ + "/LOCK").c_str(), O_RDWR);
    const char result = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    char byte;
    if (write(ready[1], &result, 1) == 1) (void)!read(done[0], &byte, 1);
    _exit(0);
  }
  char result = 'n';
  ASSERT_EQ(read(ready[0], &result, 1), 1);
  ASSERT_EQ(result, 'y');
  const auto status = OpenRocksDb({.path = path_}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  for (const int end : {ready[0], ready[1], done[0], done[1]}) close(end);
  waitpid(child, nullptr, 0);
  EXPECT_NE(OpenStore(path_), nullptr);
}

}  // namespace
}  // namespace storage
