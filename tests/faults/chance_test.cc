#include "faults/chance.h"

#include <gtest/gtest.h>

namespace faults {
namespace {

struct Vector {
  uint64_t seed;
  const char* rule;
  const char* key;
  uint64_t k;
  uint64_t mixed;
  int64_t chosen;  // of 200 to 1500
};

// docs/faults.md has the same ones.
constexpr Vector kVectors[] = {
    {42, "late", "lift-7", 0, 0xb0f6e12733816b9a, 1324},
    {42, "late", "lift-7", 1, 0xac03890e7a51ffac, 922},
    {42, "late", "lift-8", 0, 0x81eb5103d8f6e4dc, 648},
    {43, "late", "lift-7", 0, 0xb11a7c7cb65bcdbc, 1241},
    {0, "", "", 0, 0xcffc0df35ba07bc8, 1465},
    {9007199254740992, "late", "düse", 1000000, 0x9ddcbda8cd18adae, 861},
};

TEST(Chance, HasTheVectorsOfItsPage) {
  for (const Vector& vector : kVectors) {
    const uint64_t mixed = Mix(vector.seed, vector.rule, vector.key, vector.k);
    EXPECT_EQ(mixed, vector.mixed) << vector.rule << " " << vector.key << " " << vector.k;
    EXPECT_EQ(Choose(mixed, 200, 1500), vector.chosen);
  }
}

TEST(Chance, IsSpreadOverItsRange) {
  constexpr int kTimes = 100'000;
  int below = 0;
  int64_t sum = 0;
  for (uint64_t k = 0; k < kTimes; ++k) {
    const uint64_t mixed = Mix(7, "rule", "device", k);
    const double chance = Chance(mixed);
    ASSERT_GE(chance, 0);
    ASSERT_LT(chance, 1);
    below += chance < 0.3 ? 1 : 0;
    const int64_t chosen = Choose(mixed, -5, 5);
    ASSERT_GE(chosen, -5);
    ASSERT_LE(chosen, 5);
    sum += chosen;
  }
  EXPECT_NEAR(below, 0.3 * kTimes, 0.01 * kTimes);
  EXPECT_NEAR(static_cast<double>(sum) / kTimes, 0, 0.05);
}

}  // namespace
}  // namespace faults
