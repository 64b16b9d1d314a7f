// IoT Commands as a whole: what can be asked of them over HTTP, by devices, and by time.
//
// The tags that a command is made with are kept with it; TagResource and its likes work on the
// account's registry and do not know commands.
#pragma once

#include <string>

#include "absl/types/span.h"
#include "commands/kept.h"
#include "control/call.h"
#include "desk/operation.h"
#include "desk/request.h"

namespace commands {

// Of the scope "iot": CreateCommand … DeleteCommandExecution (3.3).
absl::Span<const desk::Operation> Operations();

// Of the scope "iot-jobs-data": StartCommandExecution, whose route is also ListCommandExecutions'.
absl::Span<const desk::Operation> DataOperations();

// A device's response (3.2), whoever sends it (K4).
desk::Answer Handle(const desk::Request& request, desk::Desk& desk);

}  // namespace commands
