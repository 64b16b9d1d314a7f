// CheckEntry of jobs.h: for shadowctl store check.
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jobs/execution.h"
#include "jobs/job.h"
#include "jobs/jobs.h"
#include "jobs/keys.h"
#include "shadow/id.h"
#include "storage/stored_format.h"

namespace jobs {
namespace {

constexpr size_t kOrderBytes = 8;
constexpr size_t kPendingBytes = 1 + 8 + 8;

absl::Status BadKey() { return absl::InvalidArgumentError("a key of jobs is none that is known"); }

absl::Status CheckExecution(const std::optional<ExecutionId>& id, absl::string_view value) {
  return id ? DecodeExecution(*id, value).status() : BadKey();
}

// "THING 0" and what a PendingKey has behind it.
absl::Status CheckPending(absl::string_view end, absl::string_view value) {
  const size_t zero = end.find('\0');
  if (zero == end.npos || end.size() != zero + 1 + kPendingBytes || end[zero + 1] > 1 ||
      end[zero + 1] < 0 || !shadow::IsThingName(end.substr(0, zero))) {
    return BadKey();
  }
  return DecodePending(end.substr(0, zero), value).status();
}

// "NAME 0 JOB", as of groups and things.
bool NamesJob(absl::string_view end) {
  const size_t zero = end.find('\0');
  return zero != end.npos && shadow::IsThingName(end.substr(0, zero)) &&
         IsJobId(end.substr(zero + 1));
}

absl::Status CheckGroup(absl::string_view end, absl::string_view value) {
  if (!NamesJob(end)) return BadKey();
  const auto text = DecodeText(value);
  if (text.ok() && !text->empty()) return storage::Damaged("target of a job", "it has a text");
  return text.status();
}

absl::Status CheckOrder(absl::string_view end, absl::string_view value) {
  if (end.size() != kOrderBytes) return BadKey();
  const auto job = DecodeText(value);
  if (job.ok() && !IsJobId(*job)) return storage::Damaged("order of jobs", "it names no job");
  return job.status();
}

}  // namespace

absl::Status CheckEntry(absl::string_view key, absl::string_view value) {
  if (key == kSequenceKey) return DecodeNumber(value).status();
  const absl::string_view prefix = key.substr(0, kJobPrefix.size());
  const absl::string_view end = key.substr(prefix.size());
  if (prefix == kExecutionPrefix) return CheckExecution(ParseExecutionEnd(end), value);
  if (prefix == kOfJobPrefix) {
    return ParseOfJobEnd(end) ? DecodeStatus(value).status() : BadKey();
  }
  if (prefix == kPendingPrefix) return CheckPending(end, value);
  if (prefix == kGroupPrefix) return CheckGroup(end, value);
  if (prefix == kGivenPrefix) return NamesJob(end) ? DecodeNumber(value).status() : BadKey();
  if (prefix == kOrderPrefix) return CheckOrder(end, value);
  if (!IsJobId(end)) return BadKey();
  if (prefix == kJobPrefix) return DecodeJob(end, value).status();
  if (prefix == kDocumentPrefix) return DecodeText(value).status();
  if (prefix == kCountsPrefix) return DecodeCounts(value).status();
  if (prefix == kWorkPrefix) return DecodeWork(value).status();
  return BadKey();
}

}  // namespace jobs
