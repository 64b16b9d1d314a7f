// Bytes that no encoder wrote: each is refused, or is the one form of the record it stands for.
#include <gtest/gtest.h>

#include "storage/journal_entry.h"
#include "storage/record.h"
#include "tests/storage/random_record.h"

namespace storage {
namespace {

using shadow::Arena;

constexpr uint64_t kSeeds = 3000;
constexpr size_t kArenaBytes = 512;  // to grow is cheaper than to start large

void ExpectRefusedOrExact(const std::string& bytes) {
  // A copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  const absl::string_view view(exact.get(), bytes.size());
  Arena arena(kArenaBytes);
  const auto record = DecodeRecord(view, arena);
  if (record.ok()) {
    ASSERT_EQ(EncodeRecord(*record), bytes);
  } else {
    ASSERT_TRUE(absl::IsDataLoss(record.status()) || absl::IsFailedPrecondition(record.status()));
  }
  IsExpiredTombstone(view, 1'700'000'000);
  const auto journal = DecodeJournal(view);
  if (journal.ok() && bytes[0] == kJournalFormat) {
    ASSERT_EQ(EncodeJournal(*journal), bytes);
  }
}

void Mutate(RandomRecord& random, std::string& bytes) {
  const auto place = static_cast<size_t>(random.Below(static_cast<int64_t>(bytes.size())));
  switch (random.Below(5)) {
    case 0:
      bytes[place] = static_cast<char>(random.Below(256));
      break;
    case 1:
      bytes[place] = static_cast<char>(bytes[place] ^ (1 << random.Below(8)));
      break;
    case 2:
      bytes.insert(place, 1, static_cast<char>(random.Below(256)));
      break;
    case 3:
      bytes.erase(place, static_cast<size_t>(1 + random.Below(8)));
      break;
    default:
      bytes.insert(place, bytes.substr(0, static_cast<size_t>(random.Below(40))));
      break;
  }
  if (bytes.empty()) bytes = "\x01";
}

TEST(HostileRecord, IsRefusedOrExactWhicheverByteHasAFlippedBit) {
  Arena arena(kArenaBytes);
  const std::string whole = EncodeRecord(RandomRecord(12, arena).Next());
  for (size_t place = 0; place < whole.size(); ++place) {
    std::string bytes = whole;
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << place % 8));
    ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrExact(bytes)) << "byte " << place;
  }
}

TEST(HostileRecord, IsRefusedWhereverItIsCut) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    Arena arena(kArenaBytes);
    const std::string whole = EncodeRecord(RandomRecord(seed, arena).Next());
    for (size_t size = 0; size < whole.size(); ++size) {
      Arena scratch(kArenaBytes);
      EXPECT_TRUE(absl::IsDataLoss(DecodeRecord(whole.substr(0, size), scratch).status()))
          << "seed " << seed << ", cut at " << size;
    }
  }
}

TEST(HostileRecord, IsRefusedOrExactHoweverItIsMutated) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Arena arena(kArenaBytes);
    RandomRecord random(seed, arena);
    std::string bytes = EncodeRecord(random.Next());
    for (int step = 0; step < 6; ++step) {
      Mutate(random, bytes);
      ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrExact(bytes)) << "seed " << seed << ", step " << step;
    }
  }
}

TEST(HostileRecord, IsRefusedOrExactIfItIsNoise) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Arena arena(kArenaBytes);
    RandomRecord random(seed, arena);
    std::string bytes = random.Below(2) == 0 ? "\x01\x01\x01" : "\x02\x01\x01";
    for (int64_t i = random.Below(60); i > 0; --i) {
      bytes.push_back(static_cast<char>(random.Below(random.Below(2) == 0 ? 256 : 8)));
    }
    ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrExact(bytes)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace storage
