// Whom a command can be sent to, and the ARNs that operations on executions take.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "commands/execution.h"
#include "control/refusal.h"
#include "control/surroundings.h"

namespace commands {

// What an ARN of this account names: a thing, whether or not it is registered, or a client id that
// can stand in a topic. Nothing: it is none of these.
std::optional<Target> TargetInArn(const control::Surroundings& here, absl::string_view arn);

// ValidationExceptions about ARNs that are none.
control::Refusal NoTarget(absl::string_view arn);
control::Refusal NoCommand(absl::string_view arn);

}  // namespace commands
