// What state an execution and a job can be in, and what AWS calls it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace jobs {

// The numbers are stored.
enum class ExecutionStatus : uint8_t {
  kQueued,
  kInProgress,
  kSucceeded,
  kFailed,
  kRejected,
  kTimedOut,
  kCanceled,
  kRemoved,
};
inline constexpr size_t kExecutionStatuses = 8;

inline constexpr std::array<absl::string_view, kExecutionStatuses> kExecutionStatusNames = {
    "QUEUED", "IN_PROGRESS", "SUCCEEDED", "FAILED", "REJECTED", "TIMED_OUT", "CANCELED", "REMOVED"};

inline absl::string_view StatusName(ExecutionStatus status) {
  return kExecutionStatusNames[static_cast<size_t>(status)];
}

// Nothing: no status is called so.
inline std::optional<ExecutionStatus> ExecutionStatusOf(absl::string_view name) {
  for (size_t i = 0; i < kExecutionStatuses; ++i) {
    if (kExecutionStatusNames[i] == name) return static_cast<ExecutionStatus>(i);
  }
  return std::nullopt;
}

// Its thing still has something to do with it. From any other status there is no way out.
inline bool IsPending(ExecutionStatus status) { return status <= ExecutionStatus::kInProgress; }

// The numbers are stored.
enum class JobStatus : uint8_t { kInProgress, kCanceled, kCompleted, kDeletionInProgress };
inline constexpr size_t kJobStatuses = 4;

inline constexpr std::array<absl::string_view, kJobStatuses> kJobStatusNames = {
    "IN_PROGRESS", "CANCELED", "COMPLETED", "DELETION_IN_PROGRESS"};

inline absl::string_view StatusName(JobStatus status) {
  return kJobStatusNames[static_cast<size_t>(status)];
}

}  // namespace jobs
