// What commands have published: the request to the device (K1, K2), and the events of an execution
// (K16). Events are published always: there is no kind of event configuration that turns them off.
#pragma once

#include <string>

#include "commands/command.h"
#include "commands/execution.h"
#include "control/json.h"
#include "desk/desk.h"

namespace commands {

// The topics of one execution: "$aws/commands/things/lamp1/executions/ID".
std::string TopicOf(const Execution& execution);

// Puts the request on the desk: the payload, of the command's content type, which nobody gets any
// more once the execution has timed out.
void TellRequest(const Command& command, std::string payload, const Execution& execution,
                 desk::Desk& desk);

// Puts the event of the execution's status on the desk.
void TellEvent(const Execution& execution, desk::Desk& desk);

std::string ArnOf(const Target& target, const control::Surroundings& here);
control::Json ReasonJson(const StatusReason& reason);  // empty: there is none

}  // namespace commands
