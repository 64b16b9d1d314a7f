#include "jobs/book.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "jobs/events.h"
#include "jobs/keys.h"
#include "policy/json_tree.h"

namespace jobs {

std::optional<Job> FindJob(absl::string_view id, desk::Desk& desk) {
  const auto bytes = desk.draft.Get(JobKey(id));
  return bytes ? Sound(DecodeJob(id, *bytes), desk) : std::nullopt;
}

void PutJob(const Job& job, desk::Desk& desk) { desk.draft.Put(JobKey(job.id), EncodeJob(job)); }

std::string DocumentOf(absl::string_view job, desk::Desk& desk) {
  const auto bytes = desk.draft.Get(DocumentKey(job));
  return bytes ? Sound(DecodeText(*bytes), desk).value_or("") : "";
}

Counts CountsOf(absl::string_view job, desk::Desk& desk) {
  const auto bytes = desk.draft.Get(CountsKey(job));
  return bytes ? Sound(DecodeCounts(*bytes), desk).value_or(Counts{}) : Counts{};
}

std::optional<Work> WorkOf(absl::string_view job, desk::Desk& desk) {
  const auto bytes = desk.draft.Get(WorkKey(job));
  return bytes ? Sound(DecodeWork(*bytes), desk) : std::nullopt;
}

void Count(absl::string_view job, std::optional<ExecutionStatus> from,
           std::optional<ExecutionStatus> to, desk::Desk& desk) {
  if (from == to) return;
  Counts counts = CountsOf(job, desk);
  if (from) {
    uint64_t& count = counts[static_cast<size_t>(*from)];
    count -= std::min<uint64_t>(count, 1);
  }
  if (to) ++counts[static_cast<size_t>(*to)];
  desk.draft.Put(CountsKey(job), EncodeCounts(counts));
}

void CompleteIfDone(absl::string_view id, desk::Desk& desk) {
  const Counts counts = CountsOf(id, desk);
  for (size_t i = 0; i < kExecutionStatuses; ++i) {
    if (counts[i] > 0 && IsPending(static_cast<ExecutionStatus>(i))) return;
  }
  auto job = FindJob(id, desk);
  if (!job || job->continuous || job->status != JobStatus::kInProgress || WorkOf(id, desk)) return;
  job->status = JobStatus::kCompleted;
  job->updated = job->completed = desk.now();
  PutJob(*job, desk);
  TellJobEvent(*job, "completed", desk);
}

uint64_t RetriesAfter(ExecutionStatus status, const Job& job) {
  if (job.retry.empty()) return 0;
  if (status != ExecutionStatus::kFailed && status != ExecutionStatus::kTimedOut) return 0;
  const auto config = policy::ParseJsonTree(job.retry);
  const policy::Node* const list = config.ok() ? config->Find("criteriaList") : nullptr;
  uint64_t most = 0;
  for (const policy::Node& one : list == nullptr ? std::vector<policy::Node>() : list->elements) {
    const policy::Node* const type = one.Find("failureType");
    const policy::Node* const number = one.Find("numberOfRetries");
    uint64_t retries = 0;
    if (type == nullptr || number == nullptr || !absl::SimpleAtoi(number->text, &retries)) continue;
    if (type->text == "ALL" || type->text == StatusName(status)) most = std::max(most, retries);
  }
  return most;
}

}  // namespace jobs
