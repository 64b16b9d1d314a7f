#include "storage/stranger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr uid_t kOther = 54321;  // has no name

std::string FolderOf(const absl::StatusOr<std::optional<Stranger>>& found) {
  if (!found.ok()) return std::string(found.status().message());
  return *found ? (*found)->folder : "nobody";
}

TEST(FindStranger, IsNobodyWhereOnlyRootAndWeOurselvesMayWrite) {
  const ScratchFolder scratch;
  EXPECT_EQ(FolderOf(FindStranger(scratch.In("not/there/yet"))), "nobody");
  fs::create_directories(scratch.In("a"));
  fs::create_symlink("../a/.", scratch.In("a/round"));
  EXPECT_EQ(FolderOf(FindStranger(scratch.In("a/round/round//./x/"))), "nobody");
}

TEST(FindStranger, NamesAFolderThatEverybodyMayWriteToUnlessOnlyOwnersRename) {
  const ScratchFolder scratch;
  fs::create_directories(scratch.In("open/store"));
  ASSERT_EQ(chmod(scratch.In("open").c_str(), 0777), 0);
  EXPECT_THAT(FolderOf(FindStranger(scratch.In("open/store"))),
              HasSubstr(scratch.In("open") + " may be written to by others"));
  ASSERT_EQ(chmod(scratch.In("open").c_str(), 01777), 0);
  EXPECT_EQ(FolderOf(FindStranger(scratch.In("open/store"))), "nobody");
}

TEST(FindStranger, MindsAGroupForRootAlone) {
  const ScratchFolder scratch;
  fs::create_directories(scratch.In("shared"));
  ASSERT_EQ(chmod(scratch.In("shared").c_str(), 0770), 0);
  EXPECT_EQ(FolderOf(FindStranger(scratch.In("shared/x"))) == "nobody", geteuid() != 0);
}

TEST(FindStranger, EndsWhereLinksLeadInACircle) {
  const ScratchFolder scratch;
  fs::create_symlink("b", scratch.In("a"));
  fs::create_symlink("a", scratch.In("b"));
  EXPECT_THAT(FolderOf(FindStranger(scratch.In("a"))), HasSubstr("too many links"));
}

// Only root can give something to somebody else.
class Root : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(geteuid(), 0u) << "run it as root: it makes files of other users";
    fs::create_directories(scratch_.In("his"));
    ASSERT_EQ(chown(scratch_.In("his").c_str(), kOther, 0), 0);
    ASSERT_EQ(chmod(scratch_.In("").c_str(), 0755), 0);
  }

  uid_t OwnerOf(const std::string& name) const {
    struct stat facts {};
    return lstat(scratch_.In(name).c_str(), &facts) == 0 ? facts.st_uid : static_cast<uid_t>(-1);
  }

  ScratchFolder scratch_;
};

TEST_F(Root, FindsTheStrangerOnTheWay) {
  fs::create_directories(scratch_.In("his/ours"));
  EXPECT_EQ(FolderOf(FindStranger(scratch_.In("his/ours"))), scratch_.In("his"));
  EXPECT_THAT(std::string(RefuseStranger(scratch_.In("his/ours")).message()),
              HasSubstr(scratch_.In("his") + " belongs to the user 54321, who could"));
}

TEST_F(Root, TakesALinkForItsOwners) {
  fs::create_symlink("/", scratch_.In("link"));
  EXPECT_EQ(FolderOf(FindStranger(scratch_.In("link/etc"))), "nobody");
  ASSERT_EQ(lchown(scratch_.In("link").c_str(), kOther, kOther), 0);
  EXPECT_EQ(FolderOf(FindStranger(scratch_.In("link/etc"))), scratch_.In("link"));
}

TEST_F(Root, WorksAsTheStrangerAndIsItselfAgain) {
  WriteFile(scratch_.In("secret"), "root's");
  ASSERT_EQ(chmod(scratch_.In("secret").c_str(), 0600), 0);
  fs::create_symlink("../secret", scratch_.In("his/link"));
  const auto status = AsOwnerOf(scratch_.In("his"), [&]() -> absl::Status {
    EXPECT_EQ(geteuid(), kOther);
    EXPECT_EQ(getgroups(0, nullptr), 0);
    WriteFile(scratch_.In("his/link"), "his");
    WriteFile(scratch_.In("his/file"), "his");
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(geteuid(), 0u);
  EXPECT_EQ(FileText(scratch_.In("secret")), "root's");
  EXPECT_EQ(OwnerOf("his/file"), kOther);
  EXPECT_TRUE(AsOwnerOf(scratch_.In("ours"), [&]() -> absl::Status {
                EXPECT_EQ(geteuid(), 0u);
                return absl::OkStatus();
              }).ok());
}

TEST_F(Root, OpensNoStoreAndMakesNoBackupWhereAStrangerMayLeadIt) {
  const auto refused = OpenRocksDb({.path = scratch_.In("his/store")}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  const auto store = OpenStore(scratch_.In("store"));
  const absl::Status status = store->BackUp(scratch_.In("his/backup"));
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(scratch_.In("his") + " belongs to"));
  EXPECT_TRUE(fs::is_empty(scratch_.In("his")));
}

TEST_F(Root, DoesNotWorkWhereAnybodyMayLeadIt) {
  ASSERT_EQ(chmod(scratch_.In("").c_str(), 0775), 0);
  const auto status = AsOwnerOf(scratch_.In("his"), [] { return absl::OkStatus(); });
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

}  // namespace
}  // namespace storage
