// Jobs as they lie in the store. Damaged ones fail the draft, and count as if they were not there.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "desk/desk.h"
#include "jobs/job.h"

namespace jobs {

std::optional<Job> FindJob(absl::string_view id, desk::Desk& desk);
void PutJob(const Job& job, desk::Desk& desk);

std::string DocumentOf(absl::string_view job, desk::Desk& desk);
Counts CountsOf(absl::string_view job, desk::Desk& desk);
std::optional<Work> WorkOf(absl::string_view job, desk::Desk& desk);

// A thing's newest execution is in status `to` instead of `from`; nothing: there is none, or was
// none.
void Count(absl::string_view job, std::optional<ExecutionStatus> from,
           std::optional<ExecutionStatus> to, desk::Desk& desk);

// COMPLETED, if it is a snapshot of which all is done (J14).
void CompleteIfDone(absl::string_view job, desk::Desk& desk);

// How often what ended in `status` is tried again.
uint64_t RetriesAfter(ExecutionStatus status, const Job& job);

// What a reading gives, or nothing, and then the draft has failed.
template <class T>
std::optional<T> Sound(absl::StatusOr<T> read, desk::Desk& desk) {
  if (read.ok()) return *std::move(read);
  desk.draft.Fail(read.status());
  return std::nullopt;
}

}  // namespace jobs
