// One execution of a job: what one thing has done with it so far.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jobs/fields.h"
#include "jobs/keys.h"
#include "jobs/status.h"

namespace jobs {

// Times are epoch seconds; 0: it has not come to that, or there is no such deadline.
struct Execution {
  ExecutionId id{};
  ExecutionStatus status = ExecutionStatus::kQueued;
  bool force_canceled = false;
  uint64_t sequence = 0;  // of its job: what decides between two that were queued at one time
  int64_t queued = 0;
  int64_t started = 0;
  int64_t updated = 0;
  uint64_t version = 1;           // grows with each change (J4)
  int64_t step_deadline = 0;      // set by the device (J8)
  int64_t progress_deadline = 0;  // by the job's timeout
  uint64_t retries = 0;           // how many executions of this one's failed before it
  Texts details{};

  bool pending() const { return IsPending(status); }

  // When it times out: the earlier of both counts (J8).
  int64_t deadline() const {
    if (status != ExecutionStatus::kInProgress) return 0;
    if (step_deadline == 0 || progress_deadline == 0) {
      return std::max(step_deadline, progress_deadline);
    }
    return std::min(step_deadline, progress_deadline);
  }

  friend bool operator==(const Execution&, const Execution&) = default;
};

std::string EncodeExecution(const Execution& execution);

// DataLoss: bytes that EncodeExecution cannot have made; FailedPrecondition: of a newer format.
absl::StatusOr<Execution> DecodeExecution(const ExecutionId& id, absl::string_view bytes);

// What lies under a PendingKey: which execution of the thing it is.
std::string EncodePending(const ExecutionId& id);
absl::StatusOr<ExecutionId> DecodePending(absl::string_view thing, absl::string_view bytes);

// What lies under an OfJobKey.
std::string EncodeStatus(ExecutionStatus status);
absl::StatusOr<ExecutionStatus> DecodeStatus(absl::string_view bytes);

}  // namespace jobs
