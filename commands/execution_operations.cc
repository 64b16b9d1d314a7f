// Executions: told, listed, deleted. start.cc starts them.
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "commands/commands.h"
#include "commands/listing.h"
#include "commands/messages.h"
#include "commands/operations.h"
#include "commands/shapes.h"
#include "commands/target.h"
#include "control/arn.h"

namespace commands {
namespace {

using control::Call;
using control::Json;
using control::Members;
using control::Refusal;
using desk::Desk;
using desk::Outcome;
using desk::Reply;

constexpr absl::string_view kStatusWords[] = {"CREATED", "IN_PROGRESS", "SUCCEEDED",
                                              "FAILED",  "REJECTED",    "TIMED_OUT"};
const control::Shape kFilterTime = {
    "yyyy-MM-dd'T'HH:mm", [](absl::string_view text) { return ReadFilterTime(text).has_value(); },
    1, 64};

Json ResultJson(const Result& result) {
  Json json;
  for (const auto& [name, value] : result) {
    Json held;
    switch (value.kind) {
      case ResultValue::Kind::kText:
        held.Text("S", value.bytes);
        break;
      case ResultValue::Kind::kBytes:
        held.Text("BIN", absl::Base64Escape(value.bytes));
        break;
      default:
        held.Flag("B", value.kind == ResultValue::Kind::kTrue);
    }
    json.Object(name, held);
  }
  return json;
}

// As they were given: texts, numbers and booleans under the names of their kinds.
Json ParametersJson(const policy::Node& given) {
  Json json;
  for (size_t i = 0; i < given.names.size(); ++i) {
    const policy::Node& value = given.elements[i].elements.front();
    const std::string& kind = given.elements[i].names.front().text;
    Json held;
    if (value.kind == policy::Node::Kind::kString) {
      held.Text(kind, value.text);
    } else {
      held.Raw(kind, value.text);
    }
    json.Object(given.names[i].text, held);
  }
  return json;
}

// What both a description and a summary begin with.
Json TellBrief(const Execution& execution, const Desk& desk) {
  Json json;
  json.Text("commandArn", control::Arn(desk.here, "command", execution.command))
      .Text("executionId", execution.id)
      .Text("targetArn", ArnOf(execution.target, desk.here))
      .Text("status", StatusWord(execution.status))
      .Time("createdAt", execution.created * 1000)
      .Time("startedAt", execution.created * 1000);
  if (execution.completed != 0) json.Time("completedAt", execution.completed * 1000);
  return json;
}

// The execution and target that a request names; nothing: there is none of them.
struct Asked {
  std::string id;
  std::optional<Execution> execution{};
};

std::variant<Asked, Refusal> ReadAsked(Members& in, Desk& desk) {
  Asked asked = {.id = in.Label("executionId", kExecutionId)};
  const std::string arn = in.NeedQuery("targetArn", kArnText);
  if (auto refusal = Refused(in)) return *std::move(refusal);
  const auto target = TargetInArn(desk.here, arn);
  if (!target) return NoTarget(arn);
  asked.execution = FindExecution(asked.id, desk);
  if (asked.execution && asked.execution->target != *target) asked.execution.reset();
  return asked;
}

Outcome GetCommandExecution(const Call& call, Desk& desk) {
  Members in(call);
  const bool with_result = in.QueryFlag("includeResult");
  const auto asked = ReadAsked(in, desk);
  if (const auto* refusal = std::get_if<Refusal>(&asked)) return *refusal;
  const auto& execution = std::get<Asked>(asked).execution;
  if (!execution) {
    return control::NotFound(absl::StrCat("Command execution ", std::get<Asked>(asked).id,
                                          " does not exist for the target"));
  }
  Json answer = TellBrief(*execution, desk);
  answer.ObjectIfAny("statusReason", ReasonJson(execution->reason))
      .Number("executionTimeoutSeconds", static_cast<uint64_t>(execution->timeout_s))
      .Time("lastUpdatedAt", execution->updated * 1000)
      .Time("timeToLive", execution->time_to_live() * 1000);
  if (const auto given = policy::ParseJsonTree(execution->parameters, execution->parameters.size());
      !execution->parameters.empty() && given.ok()) {
    answer.Object("parameters", ParametersJson(*given));
  }
  if (with_result) answer.ObjectIfAny("result", ResultJson(execution->result));
  return Reply{.body = answer.Finish()};
}

Outcome DeleteCommandExecution(const Call& call, Desk& desk) {
  Members in(call);
  const auto asked = ReadAsked(in, desk);
  if (const auto* refusal = std::get_if<Refusal>(&asked)) return *refusal;
  const auto& [id, execution] = std::get<Asked>(asked);
  if (!execution) return Reply{};
  if (!execution->is_terminal()) {
    return control::Conflict(
        absl::StrCat("Command execution ", id, " is ", StatusWord(execution->status),
                     ": only one that has ended can be deleted"),
        id);
  }
  Forget(*execution, desk);
  return Reply{};
}

// Which executions a list is of (K13).
struct Filter {
  std::optional<std::string> command;  // its ARN, as the target's
  std::optional<std::string> target;
  std::optional<std::string> name_space;
  std::optional<std::string> status;
  bool ascending = false;
  ListTime time = ListTime::kStarted;
  std::optional<int64_t> after{};
  std::optional<int64_t> before{};
};

std::optional<int64_t> ReadTime(Members& in, absl::string_view path) {
  const auto text = in.Text(path, kFilterTime);
  return text ? ReadFilterTime(*text) : std::nullopt;
}

Filter ReadFilter(Members& in) {
  Filter filter{.command = in.Text("commandArn", kArnText),
                .target = in.Text("targetArn", kArnText),
                .name_space = in.Word("namespace", kNamespaces),
                .status = in.Word("status", kStatusWords),
                .ascending = in.Word("sortOrder", kSortOrders) == kSortOrders[0]};
  absl::string_view times = "startedTimeFilter";
  if (in.Has("completedTimeFilter")) {
    filter.time = ListTime::kCompleted;
    times = "completedTimeFilter";
  }
  if (in.Has(times)) in.NeedObject(times);
  filter.after = ReadTime(in, absl::StrCat(times, ".after"));
  filter.before = ReadTime(in, absl::StrCat(times, ".before"));
  return filter;
}

std::optional<Refusal> RefuseFilter(const Members& in, const Filter& filter) {
  if (filter.command.has_value() == filter.target.has_value()) {
    return control::Validation("Exactly one of commandArn and targetArn must be given");
  }
  const bool started = in.Has("startedTimeFilter");
  const bool completed = in.Has("completedTimeFilter");
  if (started && completed) {
    return control::Validation(
        "At most one of startedTimeFilter and completedTimeFilter can be given");
  }
  if (filter.command && !started && !completed) {
    return control::Validation(
        "One of startedTimeFilter and completedTimeFilter must be given with commandArn");
  }
  if ((started || completed) && !filter.after && !filter.before) {
    return control::Validation("A time filter must have after or before");
  }
  return std::nullopt;
}

Outcome ListCommandExecutions(const Call& call, Desk& desk) {
  Members in(call);
  const control::Page page = ReadListPage(in);
  const Filter filter = ReadFilter(in);
  if (auto refusal = Refused(in, page)) return *std::move(refusal);
  if (auto refusal = RefuseFilter(in, filter)) return *std::move(refusal);
  List list{
      .keys = "", .ascending = filter.ascending, .after = filter.after, .before = filter.before};
  if (filter.command) {
    const auto id = control::NameInArn(desk.here, *filter.command, "command");
    if (!id || !Fits(*id, kCommandId)) return NoCommand(*filter.command);
    list.keys = ListOfCommand(*id, filter.time, filter.ascending);
  } else {
    const auto target = TargetInArn(desk.here, *filter.target);
    if (!target) return NoTarget(*filter.target);
    list.keys = ListOfTarget(*target, filter.time, filter.ascending);
  }
  Json answer;
  if (filter.name_space.value_or(std::string(kNamespace)) != kNamespace) {
    return Reply{.body = answer.List("commandExecutions", {}).Finish()};
  }
  const auto tell = [&](absl::string_view id) -> std::optional<std::string> {
    const auto execution = FindExecution(id, desk);
    if (!execution || (filter.status && StatusWord(execution->status) != *filter.status)) {
      return std::nullopt;
    }
    return TellBrief(*execution, desk).Finish();
  };
  TellList(page, list, "commandExecutions", tell, desk, answer);
  return Reply{.body = answer.Finish()};
}

std::string ExecutionResource(const Call& call) {
  return control::ResourceInArn(call.target.Find("targetArn").value_or(""));
}

std::string ListResource(const Call& call) {
  const absl::string_view command = call.BodyText("commandArn");
  return control::ResourceInArn(command.empty() ? call.BodyText("targetArn") : command);
}

constexpr absl::string_view kExecutionPath = "/command-executions/{executionId}";

}  // namespace

absl::Span<const desk::Operation> ExecutionOperations() {
  static constexpr desk::Operation kOperations[] = {
      {"GetCommandExecution", "GET", kExecutionPath, ExecutionResource, GetCommandExecution},
      {"ListCommandExecutions", "POST", "/command-executions", ListResource, ListCommandExecutions},
      {"DeleteCommandExecution", "DELETE", kExecutionPath, ExecutionResource,
       DeleteCommandExecution},
  };
  return kOperations;
}

}  // namespace commands
