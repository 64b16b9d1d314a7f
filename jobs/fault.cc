#include "jobs/fault.h"

#include "absl/strings/str_cat.h"
#include "jobs/tell.h"
#include "proto/device_refusal.h"

namespace jobs {
namespace {

using Code = Fault::Code;

// As the answer over MQTT has it.
absl::string_view CodeName(Code code) {
  switch (code) {
    case Code::kInvalidTopic:
      return "InvalidTopic";
    case Code::kInvalidJson:
      return "InvalidJson";
    case Code::kInvalidRequest:
      return "InvalidRequest";
    case Code::kInvalidStateTransition:
      return "InvalidStateTransition";
    case Code::kResourceNotFound:
      return "ResourceNotFound";
    case Code::kVersionMismatch:
      return "VersionMismatch";
    case Code::kTerminalStateReached:
      return "TerminalStateReached";
    case Code::kInternalError:
      break;
  }
  return "InternalError";
}

Fault Make(Code code, std::string message) { return {.code = code, .message = std::move(message)}; }

Fault WithState(Code code, const Execution& execution, std::string message) {
  return {.code = code, .message = std::move(message), .execution = execution};
}

}  // namespace

Fault InvalidTopic() { return Make(Code::kInvalidTopic, "There is no such topic of jobs"); }

Fault InvalidJson(absl::string_view reason) {
  return Make(Code::kInvalidJson, absl::StrCat("The payload is not right: ", reason));
}

Fault InvalidRequest(absl::string_view message) {
  return Make(Code::kInvalidRequest, std::string(message));
}

Fault UnknownThing(absl::string_view thing) {
  return Make(Code::kResourceNotFound, absl::StrCat("Thing ", thing, " does not exist"));
}

Fault UnknownExecution(const ExecutionId& id) {
  return Make(
      Code::kResourceNotFound,
      absl::StrCat("Thing ", id.thing, " has no execution ",
                   id.number == 0 ? "" : absl::StrCat(id.number, " "), "of the job ", id.job));
}

Fault InvalidTransition(const Execution& execution, ExecutionStatus wanted) {
  return WithState(Code::kInvalidStateTransition, execution,
                   absl::StrCat("The status of the job execution cannot be changed from ",
                                StatusName(execution.status), " to ", StatusName(wanted)));
}

Fault VersionMismatch(const Execution& execution, uint64_t expected) {
  return WithState(Code::kVersionMismatch, execution,
                   absl::StrCat("The job execution has version ", execution.version,
                                ", not the expected version ", expected));
}

Fault TerminalStateReached(const Execution& execution) {
  return Make(Code::kTerminalStateReached,
              absl::StrCat("The job execution has come to its end with status ",
                           StatusName(execution.status)));
}

Fault InternalError() {
  return Make(Code::kInternalError, "The request could not be done; it can be tried again");
}

std::string TellFault(const Fault& fault, const std::optional<std::string>& token, int64_t now) {
  return proto::WordJobRefusal(CodeName(fault.code), fault.message,
                               token ? control::JsonText(*token) : "", now,
                               fault.execution ? TellState(*fault.execution).Finish() : "");
}

control::Refusal StateRefusal(absl::string_view message) {
  return {.status = 409,
          .exception = "InvalidStateTransitionException",
          .message = std::string(message)};
}

control::Refusal RefusalOf(const Fault& fault) {
  switch (fault.code) {
    case Code::kInvalidTopic:
    case Code::kResourceNotFound:
      return control::NotFound(fault.message);
    case Code::kInvalidJson:
    case Code::kInvalidRequest:
      return control::InvalidRequest(fault.message);
    case Code::kInvalidStateTransition:
      return StateRefusal(fault.message);
    case Code::kVersionMismatch:
      return control::VersionConflict(fault.message);
    case Code::kTerminalStateReached:
      return {.status = 410, .exception = "TerminalStateException", .message = fault.message};
    case Code::kInternalError:
      break;
  }
  return control::InternalFailure(fault.message);
}

}  // namespace jobs
