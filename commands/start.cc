// StartCommandExecution (K12): the execution is kept, and the request is on its way with the
// commit.
#include <utility>

#include "absl/strings/str_cat.h"
#include "commands/commands.h"
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
      wanted.timeout_s == there.timeout_s) {
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

Outcome StartCommandExecution(const Call& call, Desk& desk) {
  Members in(call);
  const std::string target_arn = in.Need("targetArn", kArnText);
  const std::string command_arn = in.Need("commandArn", kArnText);
  Execution execution;
  execution.timeout_s = ReadTimeout(in);
  execution.token = in.Text("clientToken", kClientToken).value_or("");
  if (in.Has("parameters")) in.NeedObject("parameters");
  if (auto refusal = Refused(in)) return *std::move(refusal);
  if (in.Has("parameters")) {
    return control::Validation("parameters are not offered here: a command's payload has none");
  }
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
  execution.id = desk.here.new_uuid();
  execution.created = execution.updated = desk.now();
  execution.deadline = execution.created + execution.timeout_s;
  command->last_used = desk.now();
  Keep(*command, desk);
  KeepNew(execution, desk);
  TellRequest(*command, execution, desk);
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

std::string TargetResource(const control::Call& call) {
  return control::ResourceInArn(call.BodyText("targetArn"));
}

}  // namespace commands
