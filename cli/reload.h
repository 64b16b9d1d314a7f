// Telling the broker that the registry has changed.
#pragma once

#include "absl/status/status.h"
#include "cli/command.h"

namespace cli {

// Sends SIGHUP to the broker whose process id is in the file that --reload names; without it, says
// what is to be done. Fails with FailedPrecondition if the file names no running mosquitto: a
// number that has gone to another process must not be signalled.
absl::Status HaveReloaded(Call& call);

}  // namespace cli
