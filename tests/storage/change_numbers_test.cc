#include "storage/change_numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/key.h"
#include "storage/memory_store.h"

namespace storage {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

ChangeNumbers Loaded(const Store& store) { return *ChangeNumbers::Load(store); }

void Commit(ChangeNumbers& numbers, Store& store) {
  std::vector<Write> writes;
  numbers.Append(writes);
  ASSERT_TRUE(store.Commit(writes, Durability::kSync).ok());
  numbers.Committed();
}

TEST(ChangeNumbers, BeginWithOneAndRise) {
  const MemoryStore store;
  ChangeNumbers numbers = Loaded(store);
  EXPECT_EQ(numbers.Take(), 1u);
  EXPECT_EQ(numbers.Take(), 2u);
}

TEST(ChangeNumbers, AreStoredOnceInABlock) {
  const MemoryStore store;
  ChangeNumbers numbers = Loaded(store);
  int stored = 0;
  for (uint64_t change = 1; change <= 3 * ChangeNumbers::kBlock; ++change) {
    ASSERT_EQ(numbers.Take(), change);
    std::vector<Write> writes;
    numbers.Append(writes);
    numbers.Committed();
    stored += static_cast<int>(writes.size());
  }
  EXPECT_EQ(stored, 3);
}

TEST(ChangeNumbers, AskForAnFsyncWithTheEndOfABlockAlone) {
  const MemoryStore store;
  ChangeNumbers numbers = Loaded(store);
  for (uint64_t change = 1; change <= 2 * ChangeNumbers::kBlock + 1; ++change) {
    ASSERT_EQ(numbers.Take(), change);
    std::vector<Write> writes;
    const Durability durability = numbers.Append(writes);
    ASSERT_EQ(durability, writes.empty() ? Durability::kRelaxed : Durability::kSync) << change;
    numbers.Committed();
  }
}

TEST(ChangeNumbers, OfAnEarlierLifeAreNotGivenAgain) {
  MemoryStore store;
  uint64_t last = 0;
  for (int life = 0; life < 5; ++life) {
    ChangeNumbers numbers = Loaded(store);
    for (uint64_t i = 0; i < ChangeNumbers::kBlock / 2; ++i) {
      const uint64_t change = numbers.Take();
      ASSERT_GT(change, last);
      last = change;
      if (i % 1000 == 0) Commit(numbers, store);
    }
    Commit(numbers, store);
  }
}

TEST(ChangeNumbers, ThatWereTakenAndNotCommittedAreNoneInTheStore) {
  MemoryStore store;
  ChangeNumbers numbers = Loaded(store);
  numbers.Take();
  EXPECT_EQ(Loaded(store).Take(), 1u);
  std::vector<Write> writes;
  numbers.Append(writes);
  EXPECT_THAT(writes, SizeIs(1));
  EXPECT_EQ(Loaded(store).Take(), 1u);
}

TEST(ChangeNumbers, OfAFailedCommitAreStoredWithTheNextOne) {
  MemoryStore store;
  ChangeNumbers numbers = Loaded(store);
  EXPECT_EQ(numbers.Take(), 1u);
  std::vector<Write> failed;
  numbers.Append(failed);
  numbers.Failed();
  numbers.Committed();  // of a commit that had nothing to do with changes
  EXPECT_EQ(numbers.Take(), 2u);
  std::vector<Write> next;
  numbers.Append(next);
  EXPECT_THAT(next, SizeIs(1));
  numbers.Committed();
  std::vector<Write> later;
  numbers.Append(later);
  EXPECT_THAT(later, IsEmpty());
}

TEST(ChangeNumbers, AGroupLargerThanABlockIsCovered) {
  MemoryStore store;
  ChangeNumbers numbers = Loaded(store);
  uint64_t last = 0;
  for (uint64_t i = 0; i < 3 * ChangeNumbers::kBlock; ++i) last = numbers.Take();
  Commit(numbers, store);
  EXPECT_GT(Loaded(store).Take(), last);
}

TEST(ChangeNumbers, DamagedOnesAreRefused) {
  for (const char* bytes : {"", "x", "0", "-1", "1.5", "18446744073709551615"}) {
    MemoryStore store;
    ASSERT_TRUE(store.Commit({{std::string(kChangesKey), bytes}}, Durability::kSync).ok());
    EXPECT_TRUE(absl::IsDataLoss(ChangeNumbers::Load(store).status())) << bytes;
  }
}

}  // namespace
}  // namespace storage
