// Which refusals are told in the log: each once in a period, and not more than a few in all, so
// that a client that is refused a thousand times a second fills no disk.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace plugin {

class RefusalLog {
 public:
  static constexpr int64_t kPeriodUs = 10'000'000;
  static constexpr size_t kLinesMax = 50;  // a period

  // Whether this refusal is to be told: `action` of `who`, for `name`.
  bool Wants(absl::string_view who, absl::string_view action, absl::string_view name);

  // Once a turn. When a period is over: how many different refusals it had that were not told,
  // each counted as often as it came. Else 0.
  uint64_t Tick(int64_t now_us);

 private:
  absl::flat_hash_set<size_t> told_;  // hashes
  uint64_t untold_ = 0;
  int64_t period_began_us_ = 0;
};

}  // namespace plugin
