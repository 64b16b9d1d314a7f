// What the commands on IoT Jobs have in common: paths, targets, and how jobs and executions are
// told to people.
#pragma once

#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/shadow/https_client.h"
#include "policy/json_tree.h"

ABSL_DECLARE_FLAG(cli::Repeated, group);
ABSL_DECLARE_FLAG(bool, force);
ABSL_DECLARE_FLAG(std::string, comment);

namespace cli {

// "/jobs/ID" and "/things/THING/jobs/ID", percent-encoded.
std::string JobPath(absl::string_view job);
std::string JobOfThingPath(absl::string_view thing, absl::string_view job);

// The ARNs of all that --thing and --group name, as the service has them. InvalidArgument: nothing
// is named; NotFound: one is not registered.
absl::StatusOr<JsonText> TargetsOfFlags(HttpsClient& account);

// Asks with --force as it was given, and prints the answer with --json.
absl::StatusOr<ExitCode> DeleteAt(Call& call, const std::string& path);
absl::StatusOr<ExitCode> CancelAt(Call& call, const std::string& path,
                                  const std::vector<JsonText::Member>& members);

// "STATUS  QUEUED-AT  STARTED-AT  UPDATED-AT", of an execution or its summary.
std::string ExecutionTimes(const policy::Node& execution);

}  // namespace cli
