#include "jobs/device.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "jobs/book.h"
#include "jobs/queue.h"
#include "jobs/shapes.h"

namespace jobs {
namespace {

using control::Json;
using control::Members;

constexpr absl::string_view kNext = "$next";
constexpr int64_t kSecondsPerMinute = 60;
constexpr int64_t kNoTimer = -1;

// What a device may set (J5).
constexpr absl::string_view kDeviceStatuses[] = {"IN_PROGRESS", "SUCCEEDED", "FAILED", "REJECTED"};

std::optional<Fault> Refused(const Members& in) {
  const auto refusal = in.Refused();
  if (!refusal) return std::nullopt;
  return InvalidRequest(refusal->message);
}

bool IsThing(absl::string_view name, const desk::Desk& desk) {
  return desk.account.registry().FindThing(name) != nullptr;
}

// stepTimeoutInMinutes, which may be -1 if `clears`.
std::optional<int64_t> ReadStep(const control::Call& call, bool clears, Members& in) {
  constexpr absl::string_view kName = "stepTimeoutInMinutes";
  const policy::Node* const node = call.body.Find(kName);
  if (node == nullptr || node->kind == policy::Node::Kind::kNull) return std::nullopt;
  int64_t minutes = 0;
  if (node->kind != policy::Node::Kind::kNumber || !absl::SimpleAtoi(node->text, &minutes)) {
    in.Fail(node->text, kName, "Member must be a whole number");
  } else if (minutes > static_cast<int64_t>(kMinutesMax)) {
    in.Fail(node->text, kName,
            absl::StrCat("Member must have value less than or equal to ", kMinutesMax));
  } else if (minutes < 1 && !(clears && minutes == kNoTimer)) {
    in.Fail(node->text, kName, "Member must have value greater than or equal to 1");
  }
  return minutes;
}

void SetStep(std::optional<int64_t> minutes, int64_t now, Execution& execution) {
  if (!minutes) return;
  execution.step_deadline = *minutes == kNoTimer ? 0 : now + *minutes * kSecondsPerMinute;
}

Json ToldOne(const std::optional<Execution>& execution, bool with_document, Wire wire,
             desk::Desk& desk) {
  Json json;
  if (!execution) return json;
  Json told = TellExecution(*execution, desk.now());
  if (with_document) AddDocument(DocumentOf(execution->id.job, desk), wire, told);
  return json.Object("execution", told);
}

}  // namespace

Told GetPending(const control::Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  if (auto fault = Refused(in)) return *std::move(fault);
  if (!IsThing(thing, desk)) return UnknownThing(thing);
  std::vector<std::string> in_progress;
  std::vector<std::string> queued;
  for (const Execution& execution : Queue(thing, desk).Pending(kPendingToldMax)) {
    auto& list = execution.status == ExecutionStatus::kQueued ? queued : in_progress;
    list.push_back(TellSummary(execution).Finish());
  }
  return Json().List("inProgressJobs", in_progress).List("queuedJobs", queued);
}

Told StartNext(const control::Call& call, Wire wire, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  auto details = ReadDetails(in);
  const auto step = ReadStep(call, false, in);
  if (auto fault = Refused(in)) return *std::move(fault);
  if (!IsThing(thing, desk)) return UnknownThing(thing);
  Queue queue(thing, desk);
  auto next = queue.Next();
  if (next && next->status == ExecutionStatus::kQueued) {
    Execution after = *next;
    after.status = ExecutionStatus::kInProgress;
    if (details) after.details = *std::move(details);
    SetStep(step, desk.now(), after);
    next = queue.Change(*next, std::move(after));
    queue.Tell();
  }
  return ToldOne(next, true, wire, desk);
}

Told Describe(const control::Call& call, Wire wire, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  const std::string job = in.Label("jobId", kJobIdOrNext);
  const bool is_http = wire == Wire::kHttp;
  const auto number =
      is_http ? in.QueryNumber("executionNumber", 1, INT64_MAX) : in.Number("executionNumber");
  const bool with_document = is_http ? in.QueryFlag("includeJobDocument", true)
                                     : in.Flag("includeJobDocument").value_or(true);
  if (auto fault = Refused(in)) return *std::move(fault);
  if (!IsThing(thing, desk)) return UnknownThing(thing);
  Queue queue(thing, desk);
  if (job == kNext) return ToldOne(queue.Next(), with_document, wire, desk);
  const auto execution = queue.Find(job, number);
  if (!execution) {
    return UnknownExecution({.thing = thing, .job = job, .number = number.value_or(0)});
  }
  if (!execution->pending()) return TerminalStateReached(*execution);
  return ToldOne(execution, with_document, wire, desk);
}

Told Update(const control::Call& call, Wire wire, desk::Desk& desk) {
  Members in(call);
  const std::string thing = in.Label("thingName", control::kThingName);
  const std::string job = in.Label("jobId", kJobId);
  std::string word = in.Need("status", control::kAnyText);
  if (in.Has("status")) word = in.Word("status", kDeviceStatuses).value_or("");
  auto details = ReadDetails(in);
  const auto expected = in.Number("expectedVersion");
  const auto number = in.Number("executionNumber");
  const bool with_state = in.Flag("includeJobExecutionState").value_or(false);
  const bool with_document = in.Flag("includeJobDocument").value_or(false);
  const auto step = ReadStep(call, true, in);
  if (auto fault = Refused(in)) return *std::move(fault);
  if (!IsThing(thing, desk)) return UnknownThing(thing);
  Queue queue(thing, desk);
  const auto before = queue.Find(job, number);
  if (!before) return UnknownExecution({.thing = thing, .job = job, .number = number.value_or(0)});
  if (expected && *expected != before->version) return VersionMismatch(*before, *expected);
  Execution after = *before;
  after.status = *ExecutionStatusOf(word);
  if (!before->pending()) return InvalidTransition(*before, after.status);
  if (details) after.details = *std::move(details);
  SetStep(step, desk.now(), after);
  after = queue.Change(*before, std::move(after));
  queue.Tell();
  Json json;
  if (with_state) json.Object("executionState", TellState(after));
  if (with_document) AddDocument(DocumentOf(job, desk), wire, json);
  return json;
}

}  // namespace jobs
