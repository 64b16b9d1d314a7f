// What shadowctl's exit code says to a script (docs/shadowctl.md).
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cli {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,       // the disk, the network or the service did not do it
  kWrongUse = 2,     // the command line, or what was handed in, is wrong
  kNotFound = 3,     // what was asked for does not exist
  kConflict = 4,     // something else stands in the way: a version, an attachment
  kDenied = 5,       // a policy or the service does not allow it
  kUnavailable = 6,  // nobody answers, or not now: trying again may help
};

// The code that tells of `status`.
ExitCode ExitCodeOf(const absl::Status& status);

// kDone if all is well, else what went wrong: how a command ends.
absl::StatusOr<ExitCode> DoneIf(const absl::Status& status);

// "not_found" and so on: the code's name in JSON.
absl::string_view ExitCodeName(ExitCode code);

}  // namespace cli
