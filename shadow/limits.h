// The protocol's own limits, each under its rule of docs/contract.md. What a machine can bear is a
// setting of the program that runs on it, not a limit of the protocol.
#pragma once

#include <cstddef>
#include <cstdint>

namespace shadow {

inline constexpr size_t kThingNameBytesMax = 128;           // A3
inline constexpr size_t kShadowNameBytesMax = 64;           // A4
inline constexpr size_t kClientTokenBytesMax = 64;          // B14
inline constexpr int64_t kTombstoneSeconds = 48 * 60 * 60;  // G7

// What AWS raises on request (I1) or states in more than one way (B18) can be set.
struct Limits {
  size_t state_bytes_max = 8192;  // I1: desired plus reported after the merge, as compact JSON
  size_t depth_max = 8;           // B18: non-empty containers inside one another, the section first
};

}  // namespace shadow
