#include "faults/chance.h"

namespace faults {
namespace {

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

// The last steps of SplitMix64.
uint64_t Scramble(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

uint64_t Fnv1a(absl::string_view text, uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

uint64_t Mix(uint64_t seed, absl::string_view rule, absl::string_view key, uint64_t k) {
  constexpr uint64_t kBasis = 0xcbf29ce484222325;
  const uint64_t hash = Fnv1a(key, Fnv1a(absl::string_view("\0", 1), Fnv1a(rule, kBasis)));
  return Scramble(Scramble(seed + kGolden) ^ Scramble(hash + k * kGolden));
}

double Chance(uint64_t mixed) { return static_cast<double>(mixed >> 11) * 0x1p-53; }

int64_t Choose(uint64_t mixed, int64_t least, int64_t most) {
  const uint64_t width = static_cast<uint64_t>(most - least) + 1;
  return least + static_cast<int64_t>(Scramble(mixed + kGolden) % width);
}

}  // namespace faults
