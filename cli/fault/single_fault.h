// One fault, once: a plan of one rule out of the words of a command line. Pure.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "faults/plan.h"

namespace cli {

struct SingleFault {
  absl::string_view thing;
  absl::string_view act;   // what a rule's "do" is
  absl::string_view what;  // 409, update/delta, 500ms, taken …; empty: nothing
  absl::string_view on;    // what a rule's "on" is; empty: where that act is usual
};

// Its `count` is 1 and it lasts for 5m. InvalidArgument: there is no such act, it does not go with
// `on`, or `what` is not what it needs, which is named.
absl::StatusOr<faults::Plan> PlanOf(const SingleFault& fault, absl::string_view name);

}  // namespace cli
