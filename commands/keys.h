// The keys under which commands and executions are kept (docs/storage-format.md). All begin with
// 'C' and a letter of their kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "commands/command.h"
#include "commands/execution.h"

namespace commands {

inline constexpr absl::string_view kPrefix = "C";

std::string CommandKey(absl::string_view id);
std::string ExecutionKey(absl::string_view id);
// Of the execution that a clientToken has started; its value is the execution's id.
std::string TokenKey(absl::string_view token);
// Of how many executions of a target are not at their end; its value is a varint.
std::string OpenKey(const Target& target);

// A list is a range of keys without values; what follows its prefix is 8 bytes of a time and an id.
// Each list is kept twice: newest first, and oldest first.
std::string CommandsList(bool ascending);
enum class ListTime : char { kStarted = 's', kCompleted = 'e' };
std::string ListOfCommand(absl::string_view command, ListTime time, bool ascending);
std::string ListOfTarget(const Target& target, ListTime time, bool ascending);

// What stands behind a list's prefix.
std::string ListPlace(int64_t time, bool ascending, absl::string_view id);
int64_t TimeAt(absl::string_view place, bool ascending);
absl::string_view IdAt(absl::string_view place);  // empty: it is no place

// All keys of lists that have it.
std::vector<std::string> ListKeys(const Command& command);
std::vector<std::string> ListKeys(const Execution& execution);

// OK for what this room can have stored. DataLoss names what is wrong; a newer format is
// FailedPrecondition. For keys that begin with kPrefix only.
absl::Status CheckEntry(absl::string_view key, absl::string_view value);

}  // namespace commands
