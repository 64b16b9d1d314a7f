#include "storage/store_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

using testing::HasSubstr;

class StoreFolder : public testing::Test {
 protected:
  void Add(const std::string& name) {
    std::filesystem::create_directories(path_);
    WriteFile(path_ + "/" + name, "");
  }
  FolderState State() const { return LookIntoFolder(path_).value(); }
  absl::Status Refusal() const { return LookIntoFolder(path_).status(); }

  ScratchFolder scratch_;
  const std::string path_ = scratch_.In("a/b");
};

TEST_F(StoreFolder, IsFreeWhereMissingOrEmpty) {
  EXPECT_EQ(State(), FolderState::kFree);
  EXPECT_FALSE(std::filesystem::exists(path_));
  std::filesystem::create_directories(path_ + "/lost+found");
  EXPECT_EQ(State(), FolderState::kFree);
}

TEST_F(StoreFolder, IsHalfMadeBetweenBeginAndFinish) {
  ASSERT_TRUE(BeginFolder(path_).ok());
  EXPECT_EQ(State(), FolderState::kHalfMade);
  Add("CURRENT");
  EXPECT_EQ(State(), FolderState::kHalfMade);
  Add("000004.log");
  ASSERT_TRUE(FinishFolder(path_).ok());
  EXPECT_EQ(State(), FolderState::kHoldsStore);
}

TEST_F(StoreFolder, IsDamagedWithoutFilesThatAStoreAlwaysHas) {
  Add("MANIFEST-000005");
  Add("000004.log");
  EXPECT_TRUE(absl::IsDataLoss(Refusal()));
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("CURRENT is missing"));
  std::filesystem::remove(path_ + "/000004.log");
  Add("CURRENT");
  EXPECT_TRUE(absl::IsDataLoss(Refusal()));
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("log (*.log) is missing"));
}

TEST_F(StoreFolder, IsRefusedWithFilesOfSomebodyElse) {
  Add("holiday.jpg");
  EXPECT_TRUE(absl::IsFailedPrecondition(Refusal()));
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("holiday.jpg"));
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr(path_));
}

TEST_F(StoreFolder, IsRefusedIfItIsAFile) {
  WriteFile(scratch_.In("a"), "");
  EXPECT_TRUE(absl::IsFailedPrecondition(LookIntoFolder(scratch_.In("a")).status()));
  EXPECT_FALSE(BeginFolder(path_).ok());
}

TEST_F(StoreFolder, TellsWhetherThereIsRoom) {
  ASSERT_TRUE(BeginFolder(path_).ok());
  EXPECT_TRUE(HasRoom(path_, 4096).ok());
  const auto refused = HasRoom(path_, size_t{1} << 60);
  EXPECT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.message()), HasSubstr(path_));
  EXPECT_EQ(FolderContent(path_).size(), 1u);  // the mark alone
}

}  // namespace
}  // namespace storage
