#include "cli/exit_code.h"

namespace cli {

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kWrongUse;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      return ExitCode::kConflict;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kDenied;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return ExitCode::kUnavailable;
    default:
      return ExitCode::kFailed;
  }
}

absl::StatusOr<ExitCode> DoneIf(const absl::Status& status) {
  if (!status.ok()) return status;
  return ExitCode::kDone;
}

absl::string_view ExitCodeName(ExitCode code) {
  constexpr absl::string_view kNames[] = {"done",     "failed", "wrong_use",  "not_found",
                                          "conflict", "denied", "unavailable"};
  return kNames[static_cast<size_t>(code)];
}

}  // namespace cli
