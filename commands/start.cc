// StartCommandExecution (K12): the execution is kept, and the request is on its way with the
// commit.
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "commands/commands.h"
#include "commands/messages.h"
#include "commands/operations.h"
#include "commands/parameters.h"
#include "commands/shapes.h"
#include "commands/target.h"
#include "commands/template.h"
#include "control/arn.h"
#include "proto/cbor.h"

namespace commands {
namespace {

using control::Call;
using control::Json;
using control::Members;
using control::Refusal;
using desk::Desk;
using desk::Outcome;
using desk::Reply;

constexpr uint64_t kOpenMax = 1000;  // executions of one target that are not at their end

std::string TellId(const Execution& execution) {
  return Json().Text("executionId", execution.id).Finish();
}

int64_t ReadTimeout(Members& in) {
  const auto seconds = in.Number("executionTimeoutSeconds");
  if (!seconds) return kTimeoutSecondsDefault;
  if (*seconds < 1) {
    in.Fail(absl::StrCat(*seconds), "executionTimeoutSeconds",
            "Member must have value greater than or equal to 1");
  }
  if (*seconds > kTimeoutSecondsMax) {
    in.Fail(absl::StrCat(*seconds), "executionTimeoutSeconds",
            absl::StrCat("Member must have value less than or equal to ", kTimeoutSecondsMax));
    return kTimeoutSecondsMax;
  }
  return static_cast<int64_t>(*seconds);
}

// The request came before: the same is answered again, another is refused.
Outcome StartAgain(const Execution& wanted, const Execution& there) {
  if (wanted.command == there.command && wanted.target == there.target &&
      wanted.timeout_s == there.timeout_s && wanted.parameters == there.parameters) {
    return Reply{.body = TellId(there)};
  }
  return control::Conflict("The clientToken has been used with other parameters", there.id);
}

std::optional<Refusal> RefuseTarget(const Target& target, Desk& desk) {
  if (!target.is_client && desk.account.registry().FindThing(target.name) == nullptr) {
    return control::NotFound(absl::StrCat("Thing ", target.name, " does not exist"));
  }
  if (OpenOf(target, desk) < kOpenMax) return std::nullopt;
  return control::QuotaExceeded(absl::StrCat(
      "The target has ", kOpenMax, " executions that are not at their end: no more are started"));
}

std::optional<Refusal> RefuseCommand(const Command& command) {
  if (command.pending_deletion()) {
    return control::Validation(absl::StrCat("Command ", command.id, " is being deleted"));
  }
  if (command.deprecated) {
    return control::Validation(absl::StrCat("Command ", command.id, " is deprecated"));
  }
  return std::nullopt;
}

std::optional<Refusal> ReadGiven(const Call& call, Execution& execution, ParameterValues& given) {
  const policy::Node* const object = call.body.Find("parameters");
  if (object == nullptr || object->kind != policy::Node::Kind::kObject) return std::nullopt;
  auto values = ReadValues(*object);
  if (!values.ok()) return control::Validation(values.status().message());
  given = *std::move(values);
  if (!given.empty()) execution.parameters = JsonOf(given);
  return std::nullopt;
}

// What is sent for a template: as CBOR, in which our writer has no fractions.
absl::StatusOr<std::string> RenderFor(const Command& command, const ParameterValues& given,
                                      int64_t timeout_s) {
  const auto list = policy::ParseJsonTree(command.parameters, command.parameters.size());
  if (!list.ok()) return list.status();
  const auto parameters = ReadParameters(*list);
  if (!parameters.ok()) return parameters.status();
  const auto values = Resolve(*parameters, given);
  if (!values.ok()) return values.status();
  auto payload = Render(command.payload, *values, timeout_s);
  if (!payload.ok() || command.content_type == "application/json") return payload;
  const absl::Status fits = HasCborForm(*payload);
  if (!fits.ok()) return fits;
  return proto::CborOfJson(*payload);
}

std::variant<std::string, Refusal> PayloadFor(const Command& command, const ParameterValues& given,
                                              int64_t timeout_s) {
  if (!command.is_template()) {
    if (given.empty()) return command.payload;
    return control::Validation(
        absl::StrCat("Command ", command.id, " has a payload without parameters"));
  }
  auto payload = RenderFor(command, given, timeout_s);
  if (!payload.ok()) return control::Validation(payload.status().message());
  if (payload->size() > kPayloadBytesMax) {
    return control::Validation(absl::StrCat("The payload would have ", payload->size(),
                                            " bytes: at most ", kPayloadBytesMax, " are allowed"));
  }
  return *std::move(payload);
}

Outcome StartCommandExecution(const Call& call, Desk& desk) {
  Members in(call);
  const std::string target_arn = in.Need("targetArn", kArnText);
  const std::string command_arn = in.Need("commandArn", kArnText);
  Execution execution;
  execution.timeout_s = ReadTimeout(in);
  execution.token = in.Text("clientToken", kClientToken).value_or("");
  if (in.Has("parameters")) in.NeedObject("parameters");
  if (auto refusal = Refused(in)) return *std::move(refusal);
  ParameterValues given;
  if (auto refusal = ReadGiven(call, execution, given)) return *std::move(refusal);
  auto target = TargetInArn(desk.here, target_arn);
  if (!target) return NoTarget(target_arn);
  execution.target = *std::move(target);
  auto id = control::NameInArn(desk.here, command_arn, "command");
  if (!id || !Fits(*id, kCommandId)) return NoCommand(command_arn);
  execution.command = *std::move(id);
  if (!execution.token.empty()) {
    if (const auto there = FindByToken(execution.token, desk)) return StartAgain(execution, *there);
  }
  auto command = FindCommand(execution.command, desk);
  if (!command) return CommandNotFound(execution.command);
  if (auto refusal = RefuseCommand(*command)) return *std::move(refusal);
  if (auto refusal = RefuseTarget(execution.target, desk)) return *std::move(refusal);
  auto payload = PayloadFor(*command, given, execution.timeout_s);
  if (const auto* refusal = std::get_if<Refusal>(&payload)) return *refusal;
  execution.id = desk.here.new_uuid();
  execution.created = execution.updated = desk.now();
  execution.deadline = execution.created + execution.timeout_s;
  command->last_used = desk.now();
  Keep(*command, desk);
  KeepNew(execution, desk);
  TellRequest(*command, std::get<std::string>(std::move(payload)), execution, desk);
  TellEvent(execution, desk);
  return Reply{.body = TellId(execution)};
}

std::string StartedCommand(const Call& call) {
  return control::ResourceInArn(call.BodyText("commandArn"));
}

}  // namespace

absl::Span<const desk::Operation> DataOperations() {
  static constexpr desk::Operation kOperations[] = {
      {"StartCommandExecution", "POST", "/command-executions", StartedCommand,
       StartCommandExecution},
  };
  return kOperations;
}

}  // namespace commands
