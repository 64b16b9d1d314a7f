#include "storage/draft.h"

#include <gmock/gmock.h>

#include "storage/memory_store.h"

namespace storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

class DraftTest : public ::testing::Test {
 protected:
  DraftTest() {
    const std::vector<Write> stored = {{"a1", "one"}, {"a3", "three"}, {"a5", "five"}, {"b", "b"}};
    EXPECT_TRUE(store_.Commit(stored, Durability::kSync).ok());
  }

  std::vector<std::string> Scan(absl::string_view after = "", size_t most = 99) {
    std::vector<std::string> found;
    draft_.Scan("a", after, [&](absl::string_view key, absl::string_view value) {
      found.push_back(std::string(key) + "=" + std::string(value));
      return found.size() < most;
    });
    return found;
  }

  MemoryStore store_;
  Draft draft_{store_};
};

TEST_F(DraftTest, ShowsTheStoreAndWhatWasPutOverIt) {
  draft_.Put("a3", "drei");
  draft_.Put("a4", "vier");
  draft_.Put("a9", "neun");
  draft_.Erase("a1");
  EXPECT_EQ(draft_.Get("a1"), std::nullopt);
  EXPECT_THAT(draft_.Get("a3"), Optional(std::string("drei")));
  EXPECT_THAT(draft_.Get("a5"), Optional(std::string("five")));
  EXPECT_EQ(draft_.Get("a2"), std::nullopt);
  EXPECT_THAT(Scan(), ElementsAre("a3=drei", "a4=vier", "a5=five", "a9=neun"));
  EXPECT_THAT(Scan("a3"), ElementsAre("a4=vier", "a5=five", "a9=neun"));
  EXPECT_THAT(Scan("", 2), ElementsAre("a3=drei", "a4=vier"));
  EXPECT_THAT(Scan("a5", 1), ElementsAre("a9=neun"));
}

TEST_F(DraftTest, LeavesTheStoreAloneUntilItsWritesAreCommitted) {
  draft_.Put("a1", "eins");
  draft_.Erase("b");
  Draft other(store_);
  EXPECT_THAT(other.Get("a1"), Optional(std::string("one")));
  ASSERT_TRUE(store_.Commit(draft_.Writes(), Durability::kSync).ok());
  EXPECT_THAT(other.Get("a1"), Optional(std::string("eins")));
  EXPECT_EQ(other.Get("b"), std::nullopt);
}

TEST_F(DraftTest, GoesBackToAMark) {
  draft_.Put("a1", "eins");
  const size_t mark = draft_.mark();
  draft_.Put("a1", "uno");
  draft_.Put("a1", "un");
  draft_.Erase("a3");
  draft_.Put("a4", "quatre");
  draft_.Undo(mark);
  EXPECT_THAT(Scan(), ElementsAre("a1=eins", "a3=three", "a5=five"));
  draft_.Undo(0);
  EXPECT_TRUE(draft_.empty());
  EXPECT_THAT(Scan(), ElementsAre("a1=one", "a3=three", "a5=five"));
}

TEST_F(DraftTest, TellsTheFirstKeyThatWasPut) {
  EXPECT_EQ(draft_.FirstPut("a"), std::nullopt);
  draft_.Erase("a1");
  draft_.Put("a4", "");
  draft_.Put("a3", "");
  draft_.Put("b", "");
  EXPECT_EQ(draft_.FirstPut("a"), "a3");
  EXPECT_EQ(draft_.FirstPut("c"), std::nullopt);
}

TEST_F(DraftTest, FindsNothingOnceAReadingHasFailedUntilThatIsTaken) {
  draft_.Put("a2", "two");
  draft_.Fail(absl::DataLossError("first"));
  draft_.Fail(absl::DataLossError("second"));
  EXPECT_EQ(draft_.Get("a1"), std::nullopt);
  EXPECT_THAT(Scan(), IsEmpty());
  EXPECT_EQ(draft_.TakeStatus(), absl::DataLossError("first"));
  EXPECT_TRUE(draft_.TakeStatus().ok());
  EXPECT_THAT(draft_.Get("a1"), Optional(std::string("one")));
}

}  // namespace
}  // namespace storage
