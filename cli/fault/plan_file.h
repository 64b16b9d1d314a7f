// The plan that a command line names, and what it changes of it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "faults/plan.h"

namespace cli {

// Of a file; "-" is standard input. Fails with "file:line:column: reason".
absl::StatusOr<faults::Plan> ReadPlan(const std::string& file);

// The same, or the ready plan of that name, which goes before a file. NotFound names those that
// are ready.
absl::StatusOr<faults::Plan> FindPlan(const std::string& name);

// By --thing, --seed and --for, as far as they are given. InvalidArgument: one of them is wrong, or
// a rule is about other things than --thing.
absl::Status ChangeByFlags(faults::Plan& plan);

}  // namespace cli
