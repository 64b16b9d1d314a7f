// Processes that do not outlive us.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cli {

struct Start {
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> environment = {};  // beside ours
  std::string folder = {};                                            // to start in; empty: ours
  std::string log = {};    // file for what it says, instead of our streams; it then reads nothing
  pid_t group = 0;         // that it joins; 0: ours
  bool own_group = false;  // one of its own
};

// Gives its id. It has every signal as it is by default, and is killed when we end, however we do.
// A command that cannot be run ends with 127 after a word on standard error, as in a shell.
absl::StatusOr<pid_t> StartProcess(const Start& start);

// What waitpid told, as a shell has it: the exit code, or 128 and the signal's number.
int ShellCode(int status);

// Asks these children to end (0: none is meant), and waits until they have, so long at most.
void AskToEnd(const std::vector<pid_t>& processes, absl::Duration patience);

// From here on whoever loses his parent, and descends from us, is our child.
void AdoptDescendants();

// Kills and awaits all children, and theirs, if we adopt them.
void EndDescendants();

}  // namespace cli
