// DescribeJobExecution, CancelJobExecution and DeleteJobExecution, as the account asks for them.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/json.h"
#include "control/members.h"
#include "jobs/fault.h"
#include "jobs/operations.h"
#include "jobs/queue.h"
#include "jobs/shapes.h"
#include "jobs/tell.h"

namespace jobs {
namespace {

using control::Call;
using control::Json;
using control::Members;
using control::Refusal;

Refusal ExecutionNotFound(absl::string_view thing, absl::string_view job) {
  return control::NotFound(
      absl::StrCat("Thing ", thing, " has no such execution of the job ", job));
}

Json TellToAccount(const Execution& execution, const desk::Desk& desk) {
  Json json;
  json.Text("jobId", execution.id.job).Text("status", StatusName(execution.status));
  if (execution.force_canceled) json.Flag("forceCanceled", true);
  if (!execution.details.empty()) {
    json.Object("statusDetails", Json().Map("detailsMap", execution.details));
  }
  json.Text("thingArn", control::Arn(desk.here, "thing", execution.id.thing));
  AddMoment("queuedAt", execution.queued, json);
  AddMoment("startedAt", execution.started, json);
  AddMoment("lastUpdatedAt", execution.updated, json);
  json.Number("executionNumber", execution.id.number).Number("versionNumber", execution.version);
  if (const int64_t deadline = execution.deadline(); deadline != 0) {
    json.Number("approximateSecondsBeforeTimedOut",
                static_cast<uint64_t>(std::max<int64_t>(deadline - desk.now(), 0)));
  }
  return json;
}

desk::Outcome DescribeJobExecution(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  const std::string job = in.Label("jobId", kJobId);
  const auto number = in.QueryNumber("executionNumber", 1, INT64_MAX);
  if (auto refusal = in.Refused()) return *refusal;
  const auto execution = Queue(thing, desk).Find(job, number);
  if (!execution) return ExecutionNotFound(thing, job);
  return desk::Reply{.body = Json().Object("execution", TellToAccount(*execution, desk)).Finish()};
}

desk::Outcome CancelJobExecution(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  const std::string job = in.Label("jobId", kJobId);
  const bool force = in.QueryFlag("force");
  const auto expected = in.Number("expectedVersion");
  auto details = ReadDetails(in);
  if (auto refusal = in.Refused()) return *refusal;
  Queue queue(thing, desk);
  const auto before = queue.Find(job);
  if (!before) return ExecutionNotFound(thing, job);
  if (expected && *expected != before->version) {
    return control::VersionConflict(absl::StrCat("The job execution has version ", before->version,
                                                 ", not the expected version ", *expected));
  }
  if (!before->pending() || (before->status == ExecutionStatus::kInProgress && !force)) {
    return StateRefusal(absl::StrCat("The job execution is ", StatusName(before->status),
                                     before->pending() ? ": its cancellation must be forced"
                                                       : " and cannot be canceled any more"));
  }
  Execution after = *before;
  after.status = ExecutionStatus::kCanceled;
  after.force_canceled = force;
  if (details) after.details = *std::move(details);
  queue.Change(*before, std::move(after));
  queue.Tell();
  return desk::Reply{};
}

desk::Outcome DeleteJobExecution(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  const std::string job = in.Label("jobId", kJobId);
  const std::string label = in.Label("executionNumber", control::kAnyText);
  const bool force = in.QueryFlag("force");
  uint64_t number = 0;
  if (!absl::SimpleAtoi(label, &number)) {
    in.Fail(label, "executionNumber", "Member must be a number");
  }
  if (auto refusal = in.Refused()) return *refusal;
  Queue queue(thing, desk);
  const auto execution = queue.Find(job, number);
  if (!execution) return ExecutionNotFound(thing, job);
  if (execution->pending() && !force) {
    return StateRefusal(absl::StrCat("The job execution is ", StatusName(execution->status),
                                     ": cancel it first, or have its deletion forced"));
  }
  queue.Erase(*execution);
  queue.Tell();
  return desk::Reply{};
}

constexpr desk::Operation kExecutionOperations[] = {
    {"DescribeJobExecution", "GET", "/things/{thingName}/jobs/{jobId}", ThingResource,
     DescribeJobExecution},
    {"CancelJobExecution", "PUT", "/things/{thingName}/jobs/{jobId}/cancel", ThingResource,
     CancelJobExecution},
    {"DeleteJobExecution", "DELETE",
     "/things/{thingName}/jobs/{jobId}/executionNumber/{executionNumber}", ThingResource,
     DeleteJobExecution},
};

}  // namespace

absl::Span<const desk::Operation> ExecutionOperations() { return kExecutionOperations; }

}  // namespace jobs
