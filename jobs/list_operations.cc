// ListJobs, ListJobExecutionsForJob and ListJobExecutionsForThing.
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/entries.h"
#include "jobs/book.h"
#include "jobs/keys.h"
#include "jobs/operations.h"
#include "jobs/pages.h"
#include "jobs/queue.h"
#include "jobs/shapes.h"
#include "jobs/tell.h"

namespace jobs {
namespace {

using control::Call;
using control::Json;
using control::kTokenPages;
using control::Members;
using control::Page;

constexpr absl::string_view kListedStatuses[] = {"IN_PROGRESS", "CANCELED", "COMPLETED",
                                                 "DELETION_IN_PROGRESS", "SCHEDULED"};

std::string TellJobSummary(const Job& job, const desk::Desk& desk) {
  Json json;
  json.Text("jobArn", control::Arn(desk.here, "job", job.id))
      .Text("jobId", job.id)
      .Text("targetSelection", job.continuous ? "CONTINUOUS" : "SNAPSHOT")
      .Text("status", StatusName(job.status));
  AddMoment("createdAt", job.created, json);
  AddMoment("lastUpdatedAt", job.updated, json);
  AddMoment("completedAt", job.completed, json);
  return json.Finish();
}

Json TellExecutionSummary(const Execution& execution) {
  Json json;
  json.Text("status", StatusName(execution.status));
  AddMoment("queuedAt", execution.queued, json);
  AddMoment("startedAt", execution.started, json);
  AddMoment("lastUpdatedAt", execution.updated, json);
  json.Number("executionNumber", execution.id.number);
  if (execution.retries != 0) json.Number("retryAttempt", execution.retries);
  return json;
}

// Which jobs a list is of; empty: any.
struct JobFilter {
  std::string status;
  std::string selection;
  std::string namespace_id;

  bool Takes(const Job& job) const {
    return (status.empty() || status == StatusName(job.status)) &&
           (selection.empty() || job.continuous == (selection == "CONTINUOUS")) &&
           (namespace_id.empty() || namespace_id == job.namespace_id);
  }
};

desk::Outcome ListJobs(const Call& call, desk::Desk& desk) {
  Members in(call);
  const Page page = ReadPage(in, kTokenPages);
  const JobFilter filter = {.status = in.QueryWord("status", kListedStatuses).value_or(""),
                            .selection = in.QueryWord("targetSelection", kSelections).value_or(""),
                            .namespace_id = in.Query("namespaceId", kNamespace).value_or("")};
  const auto group = in.Query("thingGroupName", control::kThingName);
  const bool by_group_id = in.Query("thingGroupId", control::kAnyText).has_value();
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (by_group_id) {
    return control::InvalidRequest("thingGroupId is not offered here: give thingGroupName");
  }
  if (group && desk.account.registry().FindThingGroup(*group) == nullptr) {
    return control::ThingGroupNotFound(*group);
  }
  const auto tell = [&](absl::string_view id) -> std::optional<std::string> {
    const auto job = FindJob(id, desk);
    if (!job || !filter.Takes(*job)) return std::nullopt;
    return TellJobSummary(*job, desk);
  };
  Json answer;
  if (group) {
    TellStored(
        page, JobsOfGroup(*group), "jobs",
        [&](absl::string_view end, absl::string_view) { return tell(end); }, desk, answer);
  } else {
    TellStored(
        page, kOrderPrefix, "jobs",
        [&](absl::string_view, absl::string_view value) {
          return tell(Sound(DecodeText(value), desk).value_or(""));
        },
        desk, answer);
  }
  return desk::Reply{.body = answer.Finish()};
}

desk::Outcome ListJobExecutionsForJob(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string job = in.Label("jobId", kJobId);
  const Page page = ReadPage(in, kTokenPages);
  const auto status = in.QueryWord("status", kExecutionStatusNames);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (!desk.draft.Get(JobKey(job))) return JobNotFound(job);
  const std::string prefix = ExecutionsOfJob(job);
  const std::string job_in_key = prefix.substr(kOfJobPrefix.size());
  const auto tell = [&](absl::string_view end,
                        absl::string_view value) -> std::optional<std::string> {
    const auto stands = Sound(DecodeStatus(value), desk);
    if (!stands || (status && *status != StatusName(*stands))) return std::nullopt;
    const auto id = ParseOfJobEnd(absl::StrCat(job_in_key, end));
    const auto execution = id ? Queue(id->thing, desk).Find(id->job, id->number) : std::nullopt;
    if (!execution) return std::nullopt;
    return Json()
        .Text("thingArn", control::Arn(desk.here, "thing", id->thing))
        .Object("jobExecutionSummary", TellExecutionSummary(*execution))
        .Finish();
  };
  Json answer;
  TellStored(page, prefix, "executionSummaries", tell, desk, answer);
  return desk::Reply{.body = answer.Finish()};
}

desk::Outcome ListJobExecutionsForThing(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  const Page page = ReadPage(in, kTokenPages);
  const auto status = in.QueryWord("status", kExecutionStatusNames);
  const auto job = in.Query("jobId", kJobId);
  (void)in.Query("namespaceId", kNamespace);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (desk.account.registry().FindThing(thing) == nullptr) return control::ThingNotFound(thing);
  const std::string prefix = job ? ExecutionsOfThingAndJob(thing, *job) : ExecutionsOfThing(thing);
  const std::string head = prefix.substr(kExecutionPrefix.size());
  const auto tell = [&](absl::string_view end,
                        absl::string_view value) -> std::optional<std::string> {
    const auto id = ParseExecutionEnd(absl::StrCat(head, end));
    const auto execution = id ? Sound(DecodeExecution(*id, value), desk) : std::nullopt;
    if (!execution || (status && *status != StatusName(execution->status))) return std::nullopt;
    return Json()
        .Text("jobId", id->job)
        .Object("jobExecutionSummary", TellExecutionSummary(*execution))
        .Finish();
  };
  Json answer;
  TellStored(page, prefix, "executionSummaries", tell, desk, answer);
  return desk::Reply{.body = answer.Finish()};
}

constexpr desk::Operation kListOperations[] = {
    {"ListJobs", "GET", "/jobs", nullptr, ListJobs},
    {"ListJobExecutionsForJob", "GET", "/jobs/{jobId}/things", JobResource,
     ListJobExecutionsForJob},
    {"ListJobExecutionsForThing", "GET", "/things/{thingName}/jobs", ThingResource,
     ListJobExecutionsForThing},
};

}  // namespace

absl::Span<const desk::Operation> ListOperations() { return kListOperations; }

}  // namespace jobs
