// What the control plane goes by, from the settings of shadowd.
#pragma once

#include "absl/status/statusor.h"
#include "service/account/clerk.h"
#include "service/config.h"

namespace service {

// Reads the authority of --ca_dir and the name in --https_cert. Fails, naming the flag, if the
// authority cannot be used.
absl::StatusOr<Clerk::Settings> ClerkSettingsOf(const Config& config);

}  // namespace service
