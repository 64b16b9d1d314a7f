// What the commands on provisioning templates have in common.
#pragma once

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

ABSL_DECLARE_FLAG(bool, just_in_time);

namespace cli {

// OK, or what is wrong with a template and where, behind the file's name. --just_in_time says what
// it is for.
absl::Status CheckTemplate(absl::string_view file, absl::string_view text);

}  // namespace cli
