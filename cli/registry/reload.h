// Telling the broker and shadowd that the registry or the keys have changed.
#pragma once

#include "absl/status/status.h"
#include "cli/command.h"

namespace cli {

// Sends SIGHUP to the broker whose process id is in the file that --reload names, and has the
// shadowd of --admin-socket read the registry and its keys; without them, says what is to be done.
// Fails with FailedPrecondition if the file names no running mosquitto (a number that has gone to
// another process must not be signalled), and with shadowd's words if it refuses what it reads. A
// shadowd that does not run will read it when it starts.
absl::Status HaveReloaded(Call& call);

// Of keys, which the broker does not know.
absl::Status HaveServiceReloaded(Call& call);

}  // namespace cli
