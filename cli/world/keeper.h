// The process that a world is kept by. Whoever asked for the world is another process, at the other
// end of the leash: when he is gone, however he went, the keeper ends all that it began.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/world/programs.h"

namespace cli {

// What comes over the leash: a signal's number for the command; with this bit, one that the
// terminal has sent to the command by itself.
inline constexpr unsigned char kFromTerminal = 0x80;

struct WorldPlan {
  Programs programs;
  std::string folder;  // not there; the keeper makes and removes it
  bool tls = false;
  int64_t clock_offset = 0;          // seconds that shadowd's clock is ahead of the machine's
  std::vector<std::string> command;  // empty: holds the world until the leash is gone
  int leash = -1;
  pid_t foreground = 0;  // the process group that the command belongs to
};

// Makes the world, runs the command in it or prints where it is, and leaves nothing of it. Gives
// the command's exit code, 128 + n for a signal. Unavailable: the world did not come up; says what
// its programs said. SIGCHLD is to be blocked.
absl::StatusOr<int> KeepWorld(Call& call, const WorldPlan& plan);

}  // namespace cli
