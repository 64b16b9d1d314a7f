// What tags are on, as an ARN ends: KIND/NAME.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cli {

// Its ARN (operation.h). InvalidArgument for a kind that has no tags.
absl::StatusOr<std::string> ResourceArn(absl::string_view resource);

inline constexpr absl::string_view kResourceDetails =
    "RESOURCE is thingtype/NAME, thinggroup/NAME, policy/NAME or cacert/ID, as an ARN ends.";

}  // namespace cli
