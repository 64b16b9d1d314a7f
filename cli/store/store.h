// What the commands on a stopped store share.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "storage/survey.h"

namespace cli {

// Reads every byte of the store in `path`, which nobody has open, without changing it. How far it
// is goes to call.err.
absl::StatusOr<storage::Survey> SurveyFolder(const std::string& path, Call& call);

// OK if nothing in it is damaged; else DataLoss that names what is.
absl::Status IsWhole(const storage::Survey& survey, const std::string& path);

}  // namespace cli
