// Bytes that no encoder wrote: each is refused, or is the one form of the entry it stands for.
#include <gtest/gtest.h>

#include <memory>

#include "storage/history_entry.h"
#include "tests/storage/mutate.h"
#include "tests/storage/random_entry.h"

namespace storage {
namespace {

using shadow::Arena;

constexpr uint64_t kEntrySeeds = 3000;
constexpr uint64_t kChange = 1'000'000;

void ExpectEntryRefusedOrExact(const std::string& bytes) {
  // A copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  const absl::string_view view(exact.get(), bytes.size());
  Arena arena(512);
  const auto entry = DecodeHistoryEntry(view, kChange, arena);
  if (entry.ok()) {
    ASSERT_EQ(EncodeHistoryEntry(*entry, kChange), bytes);
    ASSERT_EQ(HistoryTimeOf(view), entry->time);
  } else {
    ASSERT_TRUE(absl::IsDataLoss(entry.status()) || absl::IsFailedPrecondition(entry.status()));
    (void)HistoryTimeOf(view);
  }
}

TEST(HostileEntry, IsRefusedOrExactHoweverItIsMutated) {
  for (uint64_t seed = 1; seed <= kEntrySeeds; ++seed) {
    Arena arena(512);
    RandomEntry random(seed, arena);
    std::string bytes = EncodeHistoryEntry(random.Next(kChange), kChange);
    for (int step = 0; step < 6; ++step) {
      Mutate(random.random(), bytes);
      ASSERT_NO_FATAL_FAILURE(ExpectEntryRefusedOrExact(bytes))
          << "seed " << seed << ", step " << step;
    }
  }
}

TEST(HostileEntry, IsRefusedWhereverItIsCut) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    Arena arena(512);
    const std::string whole = EncodeHistoryEntry(RandomEntry(seed, arena).Next(kChange), kChange);
    for (size_t size = 0; size < whole.size(); ++size) {
      Arena scratch(512);
      EXPECT_TRUE(
          absl::IsDataLoss(DecodeHistoryEntry(whole.substr(0, size), kChange, scratch).status()))
          << "seed " << seed << ", cut at " << size;
    }
  }
}

TEST(HostileEntry, IsRefusedOrExactIfItIsNoise) {
  for (uint64_t seed = 1; seed <= kEntrySeeds; ++seed) {
    Arena arena(512);
    RandomRecord random(seed, arena);
    std::string bytes("\x01\x12\x02\x00\x00\x00\x01\x00\x00\x00\x00", seed % 2 == 0 ? 1 : 11);
    for (int64_t i = random.Below(60); i > 0; --i) {
      bytes.push_back(static_cast<char>(random.Below(random.Below(2) == 0 ? 256 : 8)));
    }
    ASSERT_NO_FATAL_FAILURE(ExpectEntryRefusedOrExact(bytes)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace storage
