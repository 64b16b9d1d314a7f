// What is rewritten, and when: that of it which devices and flash memory pay for.
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {
namespace {

constexpr size_t kMemtable = 64u << 10;  // the least that RocksDB takes
constexpr int kShadows = 4000;
constexpr int kFleet = 20;
constexpr int kRunsMax = 16;

bool HasMerged(const Store& store) {
  const Statistics now = store.ReadStatistics();
  return now.compactions > 0 && now.compactions_running == 0 && now.sorted_runs <= kRunsMax;
}

TEST(Compaction, OfAFleetLeavesTheOtherShadowsAlone) {
  const ScratchFolder folder;
  const RocksDbOptions options{.path = folder.In("store"), .write_buffer_bytes = kMemtable};
  Entries expected = Commits(*OpenStore(options), kShadows);
  ASSERT_TRUE(CompactRocksDb(options).ok());

  auto store = OpenStore(options);
  EXPECT_EQ(store->ReadStatistics().sorted_runs, 1u);
  const uint64_t store_bytes = store->ReadStatistics().table_file_bytes;
  ASSERT_GT(store_bytes, kShadows * 100u);

  uint64_t runs_seen = 0;
  const size_t rounds = 3 * kRunsMax * kMemtable / (kFleet * expected["s0000"].size());
  for (size_t round = 0; round < rounds; ++round) {
    for (int device = 0; device < kFleet; ++device) {
      const std::string key =
          absl::StrCat("s", absl::Dec(device * (kShadows / kFleet), absl::kZeroPad4));
      expected[key].back() = "0123456789abcdef"[round % 16];
      ASSERT_TRUE(Put(*store, key, expected[key], Durability::kRelaxed).ok());
    }
    runs_seen = std::max(runs_seen, store->ReadStatistics().sorted_runs);
  }
  EXPECT_GT(runs_seen, 1u);
  for (int i = 0; i < 1000 && !HasMerged(*store); ++i) absl::SleepFor(absl::Milliseconds(10));

  EXPECT_TRUE(HasMerged(*store));
  EXPECT_LT(store->ReadStatistics().compaction_read_bytes, store_bytes);
  EXPECT_EQ(AllEntries(*store, "s").value(), expected);
}

}  // namespace
}  // namespace storage
