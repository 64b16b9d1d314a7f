#include "jobs/tell.h"

#include "absl/strings/str_cat.h"
#include "control/arn.h"

namespace jobs {
namespace {

using control::Json;

constexpr int64_t kMsPerSecond = 1000;

void AddTime(absl::string_view name, int64_t time, Json& json) {
  if (time != 0) json.Number(name, static_cast<uint64_t>(time));
}

void AddTimes(const Execution& execution, Json& json) {
  AddTime("queuedAt", execution.queued, json);
  AddTime("startedAt", execution.started, json);
  AddTime("lastUpdatedAt", execution.updated, json);
}

}  // namespace

void AddDocument(absl::string_view document, Wire wire, Json& json) {
  if (wire == Wire::kMqtt) {
    json.Raw("jobDocument", document);
  } else {
    json.Text("jobDocument", document);
  }
}

Json TellSummary(const Execution& execution) {
  Json json;
  json.Text("jobId", execution.id.job);
  AddTimes(execution, json);
  return json.Number("versionNumber", execution.version)
      .Number("executionNumber", execution.id.number);
}

Json TellState(const Execution& execution) {
  Json json;
  json.Text("status", StatusName(execution.status));
  if (!execution.details.empty()) json.Map("statusDetails", execution.details);
  return json.Number("versionNumber", execution.version);
}

Json TellExecution(const Execution& execution, int64_t now) {
  Json json;
  json.Text("jobId", execution.id.job)
      .Text("thingName", execution.id.thing)
      .Text("status", StatusName(execution.status));
  if (!execution.details.empty()) json.Map("statusDetails", execution.details);
  AddTimes(execution, json);
  if (const int64_t deadline = execution.deadline(); deadline != 0) {
    json.Number("approximateSecondsBeforeTimedOut",
                static_cast<uint64_t>(std::max<int64_t>(deadline - now, 0)));
  }
  return json.Number("versionNumber", execution.version)
      .Number("executionNumber", execution.id.number);
}

std::string TellPending(const std::vector<Execution>& pending, int64_t now) {
  std::vector<std::string> in_progress;
  std::vector<std::string> queued;
  for (const Execution& execution : pending) {
    auto& list = execution.status == ExecutionStatus::kQueued ? queued : in_progress;
    list.push_back(TellSummary(execution).Finish());
  }
  Json jobs;
  if (!in_progress.empty()) jobs.List("IN_PROGRESS", in_progress);
  if (!queued.empty()) jobs.List("QUEUED", queued);
  return Json().Number("timestamp", static_cast<uint64_t>(now)).Object("jobs", jobs).Finish();
}

std::string TellNext(const Execution* next, absl::string_view document, int64_t now) {
  Json json;
  json.Number("timestamp", static_cast<uint64_t>(now));
  if (next != nullptr) {
    Json execution = TellExecution(*next, now);
    AddDocument(document, Wire::kMqtt, execution);
    json.Object("execution", execution);
  }
  return json.Finish();
}

void AddMoment(absl::string_view name, int64_t time, Json& json) {
  if (time != 0) json.Time(name, time * kMsPerSecond);
}

Json TellCounts(const Counts& counts) {
  const auto of = [&](ExecutionStatus status) { return counts[static_cast<size_t>(status)]; };
  return Json()
      .Number("numberOfCanceledThings", of(ExecutionStatus::kCanceled))
      .Number("numberOfSucceededThings", of(ExecutionStatus::kSucceeded))
      .Number("numberOfFailedThings", of(ExecutionStatus::kFailed))
      .Number("numberOfRejectedThings", of(ExecutionStatus::kRejected))
      .Number("numberOfQueuedThings", of(ExecutionStatus::kQueued))
      .Number("numberOfInProgressThings", of(ExecutionStatus::kInProgress))
      .Number("numberOfRemovedThings", of(ExecutionStatus::kRemoved))
      .Number("numberOfTimedOutThings", of(ExecutionStatus::kTimedOut));
}

std::string TargetArn(const Target& target, const control::Surroundings& here) {
  return control::Arn(here, target.is_group ? "thinggroup" : "thing", target.name);
}

std::vector<std::string> TargetArns(const Job& job, const control::Surroundings& here) {
  std::vector<std::string> arns;
  arns.reserve(job.targets.size());
  for (const Target& target : job.targets) arns.push_back(TargetArn(target, here));
  return arns;
}

}  // namespace jobs
