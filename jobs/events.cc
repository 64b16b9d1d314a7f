#include "jobs/events.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "jobs/book.h"
#include "jobs/tell.h"

namespace jobs {
namespace {

using control::Json;

bool IsOn(absl::string_view kind, const desk::Desk& desk) {
  const auto& events = desk.account.registry().settings().events;
  const auto found = events.find(kind);
  return found != events.end() && found->second;
}

Json BeginEvent(absl::string_view type, absl::string_view operation, const desk::Desk& desk) {
  return Json()
      .Text("eventType", type)
      .Text("eventId", desk.here.new_uuid())
      .Number("timestamp", static_cast<uint64_t>(desk.now()))
      .Text("operation", operation);
}

// Milliseconds, unlike all other times (J3).
void AddMs(absl::string_view name, int64_t time, Json& json) {
  if (time != 0) json.Number(name, static_cast<uint64_t>(time) * 1000);
}

}  // namespace

void TellJobEvent(const Job& job, absl::string_view operation, desk::Desk& desk) {
  if (!IsOn("JOB", desk)) return;
  Json event = BeginEvent("JOB", operation, desk);
  event.Text("jobId", job.id)
      .Text("status", absl::AsciiStrToUpper(operation))
      .Text("targetSelection", job.continuous ? "CONTINUOUS" : "SNAPSHOT")
      .Texts("targets", TargetArns(job, desk.here))
      .TextIfAny("description", job.description);
  AddMs("completedAt", job.completed, event);
  AddMs("createdAt", job.created, event);
  AddMs("lastUpdatedAt", job.updated, event);
  event.TextIfAny("comment", job.comment);
  if (operation == "completed") {
    event.Object("jobProcessDetails", TellCounts(CountsOf(job.id, desk)));
  }
  desk.messages.push_back({.topic = absl::StrCat("$aws/events/job/", job.id, "/", operation),
                           .payload = event.Finish()});
}

void TellExecutionEvent(const Execution& execution, absl::string_view operation, desk::Desk& desk) {
  if (!IsOn("JOB_EXECUTION", desk)) return;
  Json event = BeginEvent("JOB_EXECUTION", operation, desk);
  event.Text("jobId", execution.id.job)
      .Text("thingArn", control::Arn(desk.here, "thing", execution.id.thing))
      .Text("status", absl::AsciiStrToUpper(operation));
  if (!execution.details.empty()) event.Map("statusDetails", execution.details);
  desk.messages.push_back(
      {.topic = absl::StrCat("$aws/events/jobExecution/", execution.id.job, "/", operation),
       .payload = event.Finish()});
}

}  // namespace jobs
