// What must hold of shadowd's settings together, once each is what it may be by itself.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/config.h"

namespace service {

// InvalidArgument: "--flag: 'value' is not WANT".
absl::Status BadSetting(absl::string_view flag, absl::string_view value, absl::string_view want);

// InvalidArgument that names the flag and what would be right.
absl::Status CheckSettings(const Config& config);

}  // namespace service
