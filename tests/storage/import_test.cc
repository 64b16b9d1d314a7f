#include "storage/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/record.h"
#include "tests/storage/every_store.h"

namespace storage {
namespace {

Write DocumentWrite(absl::string_view thing, int64_t version) {
  return {RecordKey({thing, ""}), EncodeRecord(shadow::Document{.version = version})};
}

Write Deleted(absl::string_view thing, int64_t version) {
  return {RecordKey({thing, ""}), EncodeRecord(shadow::Tombstone{version, 0})};
}

int64_t VersionIn(const Store& store, absl::string_view thing) {
  std::vector<std::optional<std::string>> values;
  const std::vector<std::string> keys = {RecordKey({thing, ""})};
  EXPECT_TRUE(store.Read(keys, values).ok());
  if (!values[0]) return 0;
  shadow::Arena arena;
  const auto record = DecodeRecord(*values[0], arena);
  const auto* const document = std::get_if<shadow::Document>(&*record);
  return document == nullptr ? -1 : document->version;
}

class Importing : public testing::TestWithParam<StoreKind> {
 protected:
  ScratchFolder folder_;
  const OpenedStore opened_ = GetParam().open(folder_, {});
};

const BesideImport kNothingBeside = [](auto, auto, auto&) {};

TEST_P(Importing, LeavesADocumentThatIsThereAlone) {
  Store& store = *opened_.store;
  ASSERT_TRUE(Import({DocumentWrite("a", 1), Deleted("b", 1)}, false, kNothingBeside, store).ok());
  const auto told = Import({DocumentWrite("a", 9), DocumentWrite("b", 9), DocumentWrite("c", 9)},
                           false, kNothingBeside, store);
  EXPECT_EQ(told->imported, 2);
  EXPECT_EQ(told->kept, 1);
  EXPECT_EQ(told->documents_more, 2);
  EXPECT_EQ(told->tombstones_more, -1);
  EXPECT_EQ(VersionIn(store, "a"), 1);
  EXPECT_EQ(VersionIn(store, "b"), 9);
}

TEST_P(Importing, ReplacesWhatIsThereWhenAsked) {
  Store& store = *opened_.store;
  ASSERT_TRUE(Import({DocumentWrite("a", 5)}, false, kNothingBeside, store).ok());
  const auto told = Import({DocumentWrite("a", 2)}, true, kNothingBeside, store);
  EXPECT_EQ(told->imported, 1);
  EXPECT_EQ(told->documents_more, 0);
  EXPECT_EQ(VersionIn(store, "a"), 2);
}

TEST_P(Importing, OfTwoForOneShadowTheFirstCountsAndWithReplaceTheLast) {
  Store& store = *opened_.store;
  const auto first =
      Import({DocumentWrite("a", 1), DocumentWrite("a", 2)}, false, kNothingBeside, store);
  EXPECT_EQ(first->imported, 1);
  EXPECT_EQ(first->kept, 1);
  EXPECT_EQ(VersionIn(store, "a"), 1);
  const auto last = Import({DocumentWrite("a", 3), Deleted("a", 4)}, true, kNothingBeside, store);
  EXPECT_EQ(last->imported, 2);
  EXPECT_EQ(last->documents_more, -1);
  EXPECT_EQ(last->tombstones_more, 1);
  EXPECT_EQ(VersionIn(store, "a"), -1);
}

TEST_P(Importing, CommitsWhatIsBesideTheRecordsThatItCommits) {
  Store& store = *opened_.store;
  const Write there = DocumentWrite("a", 1);
  ASSERT_TRUE(store.Commit({there}, Durability::kSync).ok());
  std::vector<std::string> told;
  const BesideImport beside = [&](absl::Span<Write> records, auto before, auto& writes) {
    for (size_t i = 0; i < records.size(); ++i) {
      told.push_back(absl::StrCat(records[i].key.substr(1, 1), before[i].empty() ? " new" : ""));
      records[i] = DocumentWrite(records[i].key.substr(1, 1), 7);
    }
    writes.push_back({"mark", "set"});
  };
  ASSERT_TRUE(Import({DocumentWrite("a", 2), DocumentWrite("b", 2), DocumentWrite("b", 3)}, true,
                     beside, store)
                  .ok());
  EXPECT_THAT(told, testing::ElementsAre("a", "b new"));
  EXPECT_EQ(VersionIn(store, "a"), 7);
  EXPECT_EQ(VersionIn(store, "b"), 7);
  std::vector<std::optional<std::string>> mark;
  ASSERT_TRUE(store.Read({"mark"}, mark).ok());
  EXPECT_EQ(mark[0], "set");

  told.clear();
  ASSERT_TRUE(Import({DocumentWrite("a", 9)}, false, beside, store).ok());
  EXPECT_THAT(told, testing::IsEmpty()) << "it was kept";
}

INSTANTIATE_TEST_SUITE_P(Stores, Importing, EveryStore(), StoreKindName);

}  // namespace
}  // namespace storage
