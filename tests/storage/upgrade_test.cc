// A store of format 1 becomes one of format 2 when it is opened for writing, whatever interrupts
// that; only to be read it stays as it is. What is neither is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/old_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

class Upgrade : public testing::Test {
 protected:
  // The error of opening the store, which must leave it alone.
  absl::Status Refusal() const {
    const auto before = FolderContent(options_.path);
    const auto status = OpenRocksDb(options_).status();
    EXPECT_EQ(FolderContent(options_.path), before);
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), HasSubstr(options_.path));
    return status;
  }

  std::optional<std::string> Format() const { return Get(*OpenToRead(), std::string(kFormatKey)); }

  std::unique_ptr<Store> OpenToRead() const {
    auto store = OpenRocksDbForReading(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  const ScratchFolder folder_;
  const RocksDbOptions options_{.path = folder_.In("store")};
  const Entries entries_ = {{"sa", "1"}, {"sb", "2"}};
};

TEST_F(Upgrade, MakesTheFamilyAndWritesTheNumber) {
  MakeStoreOfOneFamily(options_, "1", entries_);
  {
    const auto store = OpenStore(options_);
    EXPECT_EQ(AllEntries(*store, "s").value(), entries_);
    ASSERT_TRUE(Put(*store, "h1", "kept").ok());
  }
  EXPECT_THAT(FamiliesIn(options_.path), ElementsAre("history"));
  EXPECT_THAT(Format(), Optional(std::string("2")));
  EXPECT_THAT(Get(*OpenStore(options_), "h1"), Optional(std::string("kept")));
}

TEST_F(Upgrade, GoesOnWhereItWasInterrupted) {
  MakeStoreOfOneFamily(options_, "1", entries_);
  AddFamily(options_, "history");
  EXPECT_EQ(AllEntries(*OpenStore(options_), "s").value(), entries_);
  EXPECT_THAT(Format(), Optional(std::string("2")));
}

TEST_F(Upgrade, IsNotWhatReadingDoes) {
  MakeStoreOfOneFamily(options_, "1", entries_);
  const auto before = FolderContent(options_.path);
  const auto store = OpenToRead();
  EXPECT_EQ(AllEntries(*store, "s").value(), entries_);
  EXPECT_EQ(AllEntries(*store, "")->size(), entries_.size() + 1);
  EXPECT_THAT(AllEntries(*store, "h").value(), IsEmpty());
  EXPECT_EQ(Get(*store, "h1"), std::nullopt);
  EXPECT_EQ(FolderContent(options_.path), before);
}

TEST_F(Upgrade, OfAHalfMadeStoreIsMakingIt) {
  MakeStoreOfOneFamily(options_, "1", {});
  WriteFile(options_.path + "/HALF_MADE", "");
  { ASSERT_TRUE(Put(*OpenStore(options_), "h1", "kept").ok()); }
  EXPECT_THAT(FamiliesIn(options_.path), ElementsAre("history"));
  EXPECT_THAT(Format(), Optional(std::string("2")));
}

TEST_F(Upgrade, IsForNoStoreThatHasLostItsFamily) {
  MakeStoreOfOneFamily(options_, "2", entries_);
  const absl::Status status = Refusal();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("its column family history is missing"));
  EXPECT_TRUE(absl::IsDataLoss(OpenRocksDbForReading(options_).status()));
}

TEST_F(Upgrade, IsForNoStoreWithAFamilyThatIsNotKnown) {
  MakeStoreOfOneFamily(options_, "1", entries_);
  AddFamily(options_, "theirs");
  const absl::Status status = Refusal();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("it has a column family theirs"));
}

TEST_F(Upgrade, IsNotTriedOnANewerStore) {
  MakeStoreOfOneFamily(options_, "3", entries_);
  AddFamily(options_, "theirs");
  const absl::Status status = Refusal();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("has format 3, this program knows format 2"));
}

}  // namespace
}  // namespace storage
