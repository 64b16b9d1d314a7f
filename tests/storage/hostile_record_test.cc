// Bytes that no encoder wrote: each is refused, or is the one form of the record it stands for.
#include <gtest/gtest.h>

#include "storage/journal_entry.h"
#include "storage/record.h"
#include "tests/storage/mutate.h"
#include "tests/storage/random_record.h"

namespace storage {
namespace {

using shadow::Arena;

constexpr uint64_t kSeeds = 3000;
constexpr size_t kArenaBytes = 512;  // to grow is cheaper than to start large

// A record as the program before wrote it.
std::string InFormat1(std::string bytes) {
  bytes[0] = '\x01';
  return bytes.erase(2, 3);  // an empty head
}

void ExpectRefusedOrExact(const std::string& bytes) {
  // A copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  const absl::string_view view(exact.get(), bytes.size());
  Arena arena(kArenaBytes);
  const auto record = DecodeRecord(view, arena);
  if (record.ok()) {
    const auto head = DecodeRecordHead(view);
    ASSERT_TRUE(head.ok()) << head.status();
    const std::string encoded = EncodeRecord(*record, *head);
    ASSERT_EQ(bytes[0] == '\x01' ? InFormat1(encoded) : encoded, bytes);
  } else {
    ASSERT_TRUE(absl::IsDataLoss(record.status()) || absl::IsFailedPrecondition(record.status()));
  }
  IsExpiredTombstone(view, 1'700'000'000);
  const auto journal = DecodeJournal(view);
  if (journal.ok() && bytes[0] == kJournalFormat) {
    ASSERT_EQ(EncodeJournal(*journal), bytes);
  }
}

TEST(HostileRecord, IsRefusedOrExactWhicheverByteHasAFlippedBit) {
  Arena arena(kArenaBytes);
  RandomRecord random(12, arena);
  const std::string whole = EncodeRecord(random.Next(), random.Head());
  for (size_t place = 0; place < whole.size(); ++place) {
    std::string bytes = whole;
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << place % 8));
    ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrExact(bytes)) << "byte " << place;
  }
}

TEST(HostileRecord, IsRefusedWhereverItIsCut) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    Arena arena(kArenaBytes);
    RandomRecord random(seed, arena);
    const std::string whole = EncodeRecord(random.Next(), random.Head());
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
    std::string bytes = EncodeRecord(random.Next(), random.Head());
    if (seed % 4 == 0) bytes = InFormat1(EncodeRecord(random.Next()));
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
    static const char* const kStarts[] = {"\x01\x01\x01", "\x02\x01\x01", "\x02\x02\x01\x01\x01"};
    std::string bytes = kStarts[random.Below(3)];
    for (int64_t i = random.Below(60); i > 0; --i) {
      bytes.push_back(static_cast<char>(random.Below(random.Below(2) == 0 ? 256 : 8)));
    }
    ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrExact(bytes)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace storage
