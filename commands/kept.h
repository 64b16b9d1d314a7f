// Commands and executions as they are kept on a desk: found, and put back with all that follows
// from them: their places in lists, how many a target has open, their timers.
//
// What is stored and cannot be read fails the desk's draft, and reads as not there.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "commands/command.h"
#include "commands/execution.h"
#include "desk/desk.h"
#include "desk/timers.h"

namespace commands {

std::optional<Command> FindCommand(absl::string_view id, desk::Desk& desk);
// One that is being deleted gets its timer.
void Keep(const Command& command, desk::Desk& desk);
void Forget(const Command& command, desk::Desk& desk);

std::optional<Execution> FindExecution(absl::string_view id, desk::Desk& desk);
// The one that was started with that token and may still be asked for with it.
std::optional<Execution> FindByToken(absl::string_view token, desk::Desk& desk);
void KeepNew(const Execution& execution, desk::Desk& desk);
// `before` is what is kept.
void Keep(const Execution& execution, const Execution& before, desk::Desk& desk);
void Forget(const Execution& execution, desk::Desk& desk);

// How many of a target are not at their end.
uint64_t OpenOf(const Target& target, desk::Desk& desk);

// What the timer of an execution does: it times out, its token is forgotten, it goes itself. Of a
// command: it goes.
void TimeOut(const desk::Timer& timer, desk::Desk& desk);

}  // namespace commands
