// The device under test, as the command line names it.
#pragma once

#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "advise/subject.h"

ABSL_DECLARE_FLAG(std::string, state);
ABSL_DECLARE_FLAG(std::string, other);

namespace cli {

// By --thing, --name, --state and --other. InvalidArgument names the one that is wrong.
absl::StatusOr<advise::Subject> SubjectFromFlags();

}  // namespace cli
