// What one commit group comes to, in numbers: plain counts while it is handled, folded into the
// counters (counters.h) once its answers count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "shadow/id.h"

namespace service {

// How a request came.
enum class Way : uint8_t { kMqtt, kHttps };
inline constexpr size_t kWays = 2;
inline constexpr size_t kOperations = 3;  // shadow::Operation

// The codes of answers (H1), 200 for accepted; whatever else would be counted as the last.
inline constexpr std::array<int, 8> kCodes = {200, 400, 404, 409, 413, 415, 429, 500};

// Why the service answered 500.
enum class Failure : uint8_t {
  kStore,     // the store takes no commits, or cannot be read
  kRecord,    // the shadow's stored bytes are damaged
  kJournal,   // the journal's are
  kOvertaken  // the request was refused before, and what came after it would be undone
};
inline constexpr size_t kFailures = 4;

struct Tally {
  std::array<std::array<std::array<uint64_t, kCodes.size()>, kOperations>, kWays> answers{};
  std::array<uint64_t, kFailures> failures{};
  uint64_t deltas = 0;         // published
  uint64_t replays = 0;        // answered again from the journal
  int64_t documents_more = 0;  // than before the group
  int64_t tombstones_more = 0;

  void Answered(Way way, shadow::Operation operation, int code) {
    size_t at = 0;
    while (at + 1 < kCodes.size() && kCodes[at] != code) ++at;
    ++answers[static_cast<size_t>(way)][static_cast<size_t>(operation)][at];
  }
  void Failed(Failure failure) { ++failures[static_cast<size_t>(failure)]; }
};

}  // namespace service
