// Why a device's request is refused (J9), over MQTT and over HTTP alike. The list is closed.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "control/refusal.h"
#include "jobs/execution.h"

namespace jobs {

struct Fault {
  enum class Code : unsigned char {
    kInvalidTopic,
    kInvalidJson,
    kInvalidRequest,
    kInvalidStateTransition,
    kResourceNotFound,
    kVersionMismatch,
    kTerminalStateReached,
    kInternalError,
  };

  Code code = Code::kInternalError;
  std::string message;
  std::optional<Execution> execution{};  // whose state is told with it, over MQTT
};

Fault InvalidTopic();
Fault InvalidJson(absl::string_view reason);
Fault InvalidRequest(absl::string_view message);
Fault UnknownThing(absl::string_view thing);
Fault UnknownExecution(const ExecutionId& id);
Fault InvalidTransition(const Execution& execution, ExecutionStatus wanted);
Fault VersionMismatch(const Execution& execution, uint64_t expected);
Fault TerminalStateReached(const Execution& execution);
Fault InternalError();

// {code, message, clientToken, timestamp, executionState?}. No token: the request had none.
std::string TellFault(const Fault& fault, const std::optional<std::string>& token, int64_t now);

// Over HTTP: AWS's exceptions.
control::Refusal RefusalOf(const Fault& fault);

// What the account is told where an execution or a job cannot go.
control::Refusal StateRefusal(absl::string_view message);

}  // namespace jobs
