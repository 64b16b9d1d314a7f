// What chance decides about the k-th message that a rule sees of one device: a function of seed,
// rule, device and k, and of nothing else. So the same seed and the same messages of a device give
// the same faults, however devices interleave. docs/faults.md has it in words, with test vectors.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace faults {

// 64 bits that look random: of SplitMix64, begun at a hash (FNV-1a) of rule and key.
uint64_t Mix(uint64_t seed, absl::string_view rule, absl::string_view key, uint64_t k);

// From 0 up to, and without, 1.
double Chance(uint64_t mixed);

// A number from `least` to `most`, of the same 64 bits, but independent of Chance.
int64_t Choose(uint64_t mixed, int64_t least, int64_t most);

}  // namespace faults
