// CancelJob and DeleteJob (J15).
#include "absl/strings/str_cat.h"
#include "control/members.h"
#include "jobs/book.h"
#include "jobs/events.h"
#include "jobs/fault.h"
#include "jobs/operations.h"
#include "jobs/shapes.h"
#include "jobs/steps.h"

namespace jobs {
namespace {

using control::Call;
using control::Members;

desk::Outcome CancelJob(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string id = in.Label("jobId", kJobId);
  const bool force = in.QueryFlag("force");
  const auto reason = in.Text("reasonCode", kReasonCode);
  const auto comment = in.Text("comment", kText);
  if (auto refusal = in.Refused()) return *refusal;
  auto job = FindJob(id, desk);
  if (!job) return JobNotFound(id);
  if (job->status != JobStatus::kInProgress && job->status != JobStatus::kCanceled) {
    return control::InvalidRequest(
        absl::StrCat("Job ", id, " is ", StatusName(job->status), " and cannot be canceled"));
  }
  job->status = JobStatus::kCanceled;
  job->force_canceled = job->force_canceled || force;
  if (reason) job->reason_code = *reason;
  if (comment) job->comment = *comment;
  job->updated = desk.now();
  if (job->completed == 0) job->completed = desk.now();
  PutJob(*job, desk);
  TellJobEvent(*job, "cancellation_in_progress", desk);
  Begin(id, {.kind = Work::Kind::kCancel, .force = job->force_canceled}, desk);
  return desk::Reply{.body = TellIds(*job, desk.here)};
}

desk::Outcome DeleteJob(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string id = in.Label("jobId", kJobId);
  const bool force = in.QueryFlag("force");
  if (auto refusal = in.Refused()) return *refusal;
  auto job = FindJob(id, desk);
  if (!job) return JobNotFound(id);
  if (job->status == JobStatus::kDeletionInProgress) return desk::Reply{};
  if (job->status == JobStatus::kInProgress && !force) {
    return StateRefusal(
        absl::StrCat("Job ", id, " is IN_PROGRESS: cancel it first, or have its deletion forced"));
  }
  job->status = JobStatus::kDeletionInProgress;
  job->updated = desk.now();
  PutJob(*job, desk);
  TellJobEvent(*job, "deletion_in_progress", desk);
  Begin(id, {.kind = Work::Kind::kDelete}, desk);
  return desk::Reply{};
}

constexpr desk::Operation kEndingOperations[] = {
    {"CancelJob", "PUT", "/jobs/{jobId}/cancel", JobResource, CancelJob},
    {"DeleteJob", "DELETE", "/jobs/{jobId}", JobResource, DeleteJob},
};

}  // namespace

absl::Span<const desk::Operation> EndingOperations() { return kEndingOperations; }

}  // namespace jobs
