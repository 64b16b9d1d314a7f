#include "service/commit/journal.h"

#include <gtest/gtest.h>

#include "storage/key.h"
#include "storage/memory_store.h"

namespace service {
namespace {

constexpr uint64_t kFirst = 7;  // epochs
constexpr uint64_t kSecond = 8;

class JournalOfTwo : public testing::Test {
 protected:
  // Commits what was applied.
  void Commit(const Applied& applied) {
    std::vector<storage::Write> writes;
    journal_.Append(applied, writes);
    ASSERT_TRUE(store_.Commit(writes, storage::Durability::kSync).ok());
    journal_.Committed();
  }

  bool Knows(size_t broker, uint64_t sequence) {
    const auto found = journal_.Find(broker, sequence);
    return found.ok() && found->has_value();
  }

  size_t entries() {
    size_t count = 0;
    EXPECT_TRUE(store_
                    .Scan(storage::kJournalPrefix, "",
                          [&](absl::string_view, absl::string_view) {
                            ++count;
                            return true;
                          })
                    .ok());
    return count;
  }

  storage::MemoryStore store_;
  Journal journal_ = *Journal::Load(store_, 2);
};

Applied Both() {
  Applied applied;
  applied.Add(0, {.sequence = 3, .now = 100, .previous = "a"});
  applied.Add(1, {.sequence = 3, .now = 101, .previous = "b"});
  applied.Add(1, {.sequence = 5, .now = 102, .previous = "c"});
  return applied;
}

TEST_F(JournalOfTwo, ARequestIsNamedByItsBrokersPluginAndItsNumber) {
  journal_.Advance(0, kFirst, 1);
  journal_.Advance(1, kSecond, 1);
  Commit(Both());
  EXPECT_EQ(entries(), 2u);
  EXPECT_EQ((*journal_.Find(0, 3))->previous, "a");
  EXPECT_EQ((*journal_.Find(1, 3))->previous, "b");
  EXPECT_TRUE(Knows(1, 5));
  EXPECT_FALSE(Knows(0, 5));
  EXPECT_TRUE(journal_.HasPassed(1, 4));
  EXPECT_FALSE(journal_.HasPassed(0, 4));
}

TEST_F(JournalOfTwo, WhatOnePluginHasTheOtherMayStillAskFor) {
  journal_.Advance(0, kFirst, 1);
  journal_.Advance(1, kSecond, 1);
  Commit(Both());
  journal_.Advance(0, kFirst, 9);
  Commit({});
  EXPECT_FALSE(Knows(0, 3));
  EXPECT_TRUE(Knows(1, 3));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(JournalOfTwo, AnEarlierLifesEntriesWaitForBothPlugins) {
  journal_.Advance(0, kFirst, 1);
  journal_.Advance(1, kSecond, 1);
  Commit(Both());
  journal_ = *Journal::Load(store_, 2);
  journal_.Advance(0, kSecond, 1);  // the settings have the brokers the other way round
  Commit({});
  EXPECT_TRUE(Knows(0, 5));
  EXPECT_EQ(entries(), 2u);
  journal_.Advance(1, kFirst, 1);
  EXPECT_TRUE(Knows(1, 3));
}

TEST_F(JournalOfTwo, EntriesOfAPluginThatIsNoMoreGoOnceBothHaveSpoken) {
  journal_.Advance(0, kFirst, 1);
  journal_.Advance(1, kSecond, 1);
  Commit(Both());
  journal_ = *Journal::Load(store_, 2);
  journal_.Advance(1, kSecond, 1);
  Commit({});
  EXPECT_EQ(entries(), 2u);
  journal_.Advance(0, 9, 1);
  Commit({});
  EXPECT_EQ(entries(), 1u);
  EXPECT_TRUE(Knows(1, 3));
}

TEST_F(JournalOfTwo, NobodyIsWaitedForForEver) {
  journal_.Advance(0, kFirst, 1);
  journal_.Advance(1, kSecond, 1);
  Commit(Both());
  journal_ = *Journal::Load(store_, 2);
  journal_.Advance(1, kSecond, 1);
  journal_.ForgetUnclaimed();
  Commit({});
  EXPECT_EQ(entries(), 1u);
  journal_.Advance(0, kFirst, 1);
  EXPECT_FALSE(Knows(0, 3));
}

TEST_F(JournalOfTwo, WhatWasNotCommittedIsNotKnown) {
  journal_.Advance(0, kFirst, 1);
  journal_.Advance(1, kSecond, 1);
  std::vector<storage::Write> writes;
  journal_.Append(Both(), writes);
  journal_.Failed();
  EXPECT_FALSE(Knows(0, 3));
  EXPECT_FALSE(Knows(1, 3));
  Commit({});
  EXPECT_EQ(entries(), 0u);
}

}  // namespace
}  // namespace service
