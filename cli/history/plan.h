// What a replay does: the requests that make the changes of a history again, and when. Pure: the
// same entries give the same requests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/history/entry.h"
#include "shadow/id.h"

namespace cli {

// Whose changes: the cloud's are those of desired and deletions, the device's those of reported.
enum class ReplaySide { kCloud, kDevice, kBoth };

struct ReplayWishes {
  ReplaySide side = ReplaySide::kCloud;
  // Versions of the newest life, as ReadVersion gives them; 0: from the first, to the last.
  int64_t from = 0;
  int64_t to = 0;
  std::string thing{};  // on which thing; empty: on the one that it happened to
  double speed = 1;     // how many times as fast; 0: without any distance
};

struct ReplayStep {
  absl::Duration after;  // behind the first step
  std::string thing;
  std::string name;     // empty: the classic shadow
  int64_t version = 0;  // that was made at the time
  std::string body;     // of an update; empty: a delete

  shadow::ShadowId id() const { return {thing, name}; }
};

// The steps in the order of the changes, with their distances as the entries' times have them.
// Versions that count back do so from the newest of `entries`. InvalidArgument if entries of
// several things would fall on one; NotFound if nothing is left to be played.
absl::StatusOr<std::vector<ReplayStep>> PlanReplay(std::vector<Entry> entries,
                                                   const ReplayWishes& wishes);

}  // namespace cli
