// Expired tombstones vanish when the store is rewritten, and nothing else does.
#include <gtest/gtest.h>

#include "shadow/limits.h"
#include "storage/key.h"
#include "storage/record.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

constexpr int64_t kNow = 1'700'000'000;

class Expiry : public testing::Test {
 protected:
  Entries AfterCompaction() {
    EXPECT_TRUE(CompactRocksDb(options_).ok());
    return AllEntries(*OpenStore(options_), "").value();
  }

  ScratchFolder folder_;
  int64_t now_ = kNow;
  RocksDbOptions options_{.path = folder_.In("store"), .now = [this] { return now_; }};
  const std::string key_ = RecordKey({"lamp", ""});
  const std::string tombstone_ = EncodeRecord(shadow::Tombstone{.version = 5, .deleted_at = kNow});
};

TEST_F(Expiry, TakesATombstoneAwayInTime) {
  ASSERT_TRUE(Put(*OpenStore(options_), key_, tombstone_).ok());
  now_ = kNow + shadow::kTombstoneSeconds - 1;
  EXPECT_EQ(AfterCompaction().count(key_), 1u);
  now_ = kNow + shadow::kTombstoneSeconds;
  EXPECT_EQ(AfterCompaction().count(key_), 0u);
}

TEST_F(Expiry, DoesNotBringBackWhatTheTombstoneCovered) {
  ASSERT_TRUE(Put(*OpenStore(options_), key_, "a document").ok());
  ASSERT_TRUE(CompactRocksDb(options_).ok());
  ASSERT_TRUE(Put(*OpenStore(options_), key_, tombstone_).ok());
  now_ = kNow + shadow::kTombstoneSeconds;
  EXPECT_EQ(AfterCompaction().count(key_), 0u);
}

TEST_F(Expiry, LeavesEverythingElse) {
  now_ = kNow + 10 * shadow::kTombstoneSeconds;
  const Entries others = {
      {RecordKey({"lamp", "a"}), EncodeRecord(shadow::Document{.version = 1, .updated_at = 0})},
      {RecordKey({"lamp", "b"}), tombstone_ + "more"},
      {JournalKey(1, 1), tombstone_},
      {std::string(kFormatKey), "2"},
  };
  {
    auto store = OpenStore(options_);
    ASSERT_TRUE(Put(*store, key_, tombstone_).ok());
    for (const auto& [key, value] : others) ASSERT_TRUE(Put(*store, key, value).ok());
  }
  EXPECT_EQ(AfterCompaction(), others);
}

TEST_F(Expiry, NeedsAClock) {
  ASSERT_TRUE(Put(*OpenStore(options_), key_, tombstone_).ok());
  options_.now = nullptr;
  EXPECT_EQ(AfterCompaction().count(key_), 1u);
}

TEST_F(Expiry, CompactsNoStoreThatIsNotThere) {
  EXPECT_TRUE(absl::IsNotFound(CompactRocksDb(options_)));
  EXPECT_FALSE(std::filesystem::exists(options_.path));
}

}  // namespace
}  // namespace storage
