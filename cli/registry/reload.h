// Telling the broker and shadowd that the registry or the keys have changed.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cli/command.h"

namespace cli {

// Has the shadowd of --admin-socket go by entries that were changed in the registry's folder, and
// by it the broker: in force when this returns. `files` are theirs, as "things/lamp1.json". Where
// that cannot be, HaveReloaded, and why is said. Fails with FailedPrecondition and shadowd's words
// if it refuses what it reads.
absl::Status HaveTakenUp(Call& call, const std::string& folder,
                         absl::Span<const std::string> files);

// Sends SIGHUP to the broker whose process id is in the file that --reload names, and has the
// shadowd of --admin-socket read the registry and its keys; without them, says what is to be done.
// Fails with FailedPrecondition if the file names no running mosquitto (a number that has gone to
// another process must not be signalled), and with shadowd's words if it refuses what it reads. A
// shadowd that does not run will read it when it starts.
absl::Status HaveReloaded(Call& call);

// Of keys, which the broker does not know.
absl::Status HaveServiceReloaded(Call& call);

}  // namespace cli
