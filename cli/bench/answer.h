// What shadowd says of shadows that were removed or kept aside, for people. Pure.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cli {

// "2 shadows, 1 deleted", of {"shadows":2,"tombstones":1}. Internal: it is no such answer.
absl::StatusOr<std::string> CountText(absl::string_view text);

// A line for each snapshot of {"snapshots":[…]}: name, count, size. Internal as above.
absl::StatusOr<std::string> SnapshotsText(absl::string_view text);

}  // namespace cli
