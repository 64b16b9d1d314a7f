// Which refusals are told, in the log and to the service: each once in a period, and not more than
// a few in all, so that a client that is refused a thousand times a second fills no disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace plugin {

class RefusalLog {
 public:
  static constexpr int64_t kPeriodUs = 10'000'000;
  static constexpr size_t kLinesMax = 50;  // a period

  // Whether this refusal is to be told: `action` of `who`, for `name`.
  bool Wants(absl::string_view who, absl::string_view action, absl::string_view name);

  // One that is told, as the service will hear of it. What nobody has fetched goes, the oldest
  // first.
  struct Told {
    std::string client_id;
    std::string principal;
    std::string address;
    std::string thing;
    std::string action;
    std::string name;
    std::string reason;
  };
  void Keep(Told told);

  // The envelope that tells of those since the last call, all as of `wall_ms`; empty: there are
  // none. Once a turn.
  std::string TakeEnvelope(uint64_t epoch, int64_t wall_ms);

  // Once a turn. When a period is over: how many different refusals it had that were not told,
  // each counted as often as it came. Else 0.
  uint64_t Tick(int64_t now_us);

 private:
  absl::flat_hash_set<size_t> told_;  // hashes
  std::vector<Told> kept_;            // at most kLinesMax
  uint64_t untold_ = 0;
  int64_t period_began_us_ = 0;
};

}  // namespace plugin
