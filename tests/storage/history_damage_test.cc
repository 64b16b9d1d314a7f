// Damage in a table of history: shadows are served on, that history is DataLoss and never something
// else, and nothing is deleted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/storage/history_entries.h"
#include "tests/storage/old_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr int kThings = 40;
constexpr uint64_t kEntriesOfEach = 100;

shadow::ShadowId IdOf(const std::string& thing) { return {.thing = thing, .name = ""}; }

class HistoryDamage : public testing::Test {
 protected:
  // Records in one table, history in another.
  void SetUp() override {
    std::mt19937_64 random(1);
    const auto store = OpenStore(options_);
    uint64_t change = 0;
    for (int i = 0; i < kThings; ++i) {
      const std::string thing = absl::StrCat("thing-", i);
      records_[RecordKey(IdOf(thing))] = absl::StrCat("record of ", thing);
      std::vector<Write> writes = {{RecordKey(IdOf(thing)), records_[RecordKey(IdOf(thing))]}};
      for (uint64_t entry = 0; entry < kEntriesOfEach; ++entry) {
        std::string noise;
        for (int word = 0; word < 10; ++word) absl::StrAppend(&noise, absl::Hex(random()), "-");
        writes.push_back(WriteOf(IdOf(thing), ++change, {.token = noise}));
        history_[writes.back().key] = *writes.back().value;
      }
      ASSERT_TRUE(store->Commit(writes, Durability::kRelaxed).ok());
    }
    std::atomic<bool> stop = false;
    ASSERT_TRUE(store->CompactHistory(stop).ok());
    const auto tables = FilesLike(options_.path, "", ".sst");
    ASSERT_EQ(tables.size(), 1u) << "the records are still in the log";
    table_ = tables[0];
    whole_ = FileText(table_);
  }

  void Flip(size_t place) const {
    std::string text = whole_;
    text[place] = static_cast<char>(text[place] ^ 0x10);
    WriteFile(table_, text);
  }

  void ExpectRefusalOfTheHistory(const absl::Status& status) const {
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    const std::string said(status.message());
    EXPECT_THAT(said, HasSubstr("the history of the store in " + options_.path + " is damaged"));
    EXPECT_THAT(said, HasSubstr("restore a backup"));
  }

  ScratchFolder folder_;
  const RocksDbOptions options_{.path = folder_.In("store")};
  Entries records_;
  Entries history_;
  std::string table_;
  std::string whole_;
};

TEST_F(HistoryDamage, OfOneByteIsDataLossOfThatHistoryAndOfNothingElse) {
  size_t served = 0;
  size_t tried = 0;
  size_t lost = 0;
  for (size_t place = 5; place < whole_.size(); place += whole_.size() / 20) {
    SCOPED_TRACE(place);
    Flip(place);
    ++tried;
    const auto store = OpenRocksDb(options_);
    if (!store.ok()) {  // in what is read of a table before anything else
      ExpectRefusalOfTheHistory(store.status());
      continue;
    }
    ++served;
    EXPECT_EQ(AllEntries(**store, "s").value(), records_);
    EXPECT_TRUE(Put(**store, "sother", "1").ok());
    EXPECT_TRUE((*store)->Commit({{"sother", std::nullopt}}, Durability::kSync).ok());
    for (int i = 0; i < kThings; ++i) {
      const auto prefix = HistoryThingPrefix(absl::StrCat("thing-", i));
      const auto entries = AllEntries(**store, prefix);
      if (!entries.ok()) {
        EXPECT_TRUE(absl::IsDataLoss(entries.status())) << entries.status();
        EXPECT_THAT(std::string(entries.status().message()), HasSubstr(options_.path));
        ++lost;
        continue;
      }
      EXPECT_EQ(entries->size(), kEntriesOfEach);
      for (const auto& [key, value] : *entries) ASSERT_EQ(history_.at(key), value);
    }
    EXPECT_EQ(FileText(table_).size(), whole_.size()) << "it is not deleted";
  }
  EXPECT_GE(served, tried * 8 / 10);
  EXPECT_GE(lost, served * 3 / 4);
  EXPECT_LE(lost, served * 4) << "a block holds the history of few things";
}

// Footer, properties and the top of the index: RocksDB opens no table without them.
TEST_F(HistoryDamage, AtTheVeryEndOfATableIsRefusedAndTheTableNamed) {
  for (const size_t from_end : {5, 500, 1080}) {
    SCOPED_TRACE(from_end);
    Flip(whole_.size() - from_end);
    const auto before = FolderContent(options_.path);
    const absl::Status status = OpenRocksDb(options_).status();
    ExpectRefusalOfTheHistory(status);
    // RocksDB 9 does not name the table whose properties are damaged.
    EXPECT_THAT(std::string(status.message()),
                AnyOf(HasSubstr(table_), HasSubstr("properties unsorted")));
    EXPECT_TRUE(absl::IsDataLoss(OpenRocksDbForReading(options_).status()));
    EXPECT_EQ(FolderContent(options_.path), before);
  }
}

TEST_F(HistoryDamage, ThatACompactionMeetsStopsCommitsAndDeletesNothing) {
  Flip(whole_.size() / 2);
  const auto store = OpenStore(options_);
  std::atomic<bool> stop = false;
  const absl::Status compacted = store->CompactHistory(stop);
  EXPECT_TRUE(absl::IsDataLoss(compacted)) << compacted;
  EXPECT_TRUE(std::filesystem::exists(table_));
  EXPECT_EQ(AllEntries(*store, "s").value(), records_);
  if (!Put(*store, "sother", "1").ok()) {
    EXPECT_TRUE(store->Recover().ok());
  }
  EXPECT_TRUE(Put(*store, "sother", "2").ok());
  EXPECT_EQ(Get(*store, "sother"), "2");
  EXPECT_TRUE(std::filesystem::exists(table_));
}

TEST_F(HistoryDamage, OfAMissingTableIsRefused) {
  std::filesystem::remove(table_);
  const auto before = FolderContent(options_.path);
  ExpectRefusalOfTheHistory(OpenRocksDb(options_).status());
  EXPECT_EQ(FolderContent(options_.path), before);
}

TEST_F(HistoryDamage, OfATruncatedTableIsRefused) {
  std::filesystem::resize_file(table_, whole_.size() - 1);
  const auto before = FolderContent(options_.path);
  ExpectRefusalOfTheHistory(OpenRocksDb(options_).status());
  EXPECT_EQ(FolderContent(options_.path), before);
}

TEST_F(HistoryDamage, OfTheFloorsIsRefused) {
  { ASSERT_TRUE(Put(*OpenStore(options_), std::string(kFloorsKey), "\x01").ok()); }
  const auto before = FolderContent(options_.path);
  const absl::Status status = OpenRocksDb(options_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(options_.path));
  EXPECT_EQ(FolderContent(options_.path), before);
}

}  // namespace
}  // namespace storage
