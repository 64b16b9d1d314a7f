// What the commands on IoT Commands have in common: asking the account's operations, the ARNs that
// they take, and their answers.
#pragma once

#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/shadow/https_client.h"
#include "policy/json_tree.h"

ABSL_DECLARE_FLAG(std::string, to_thing);
ABSL_DECLARE_FLAG(std::string, to_client);

namespace cli {

// An answer as JSON; a refusal as it is.
absl::StatusOr<policy::Node> ReadTree(const absl::StatusOr<std::string>& answer);

// A text of an object, "" if it has none such; a number as it stands there.
std::string TextIn(const policy::Node& object, absl::string_view name);

// "/commands/ID", percent-encoded.
std::string CommandPath(absl::string_view id);

// The account's ARNs up to the kind, "arn:aws:iot:us-east-1:000000000000:", of a command that there
// is. NotFound: there is none.
absl::StatusOr<std::string> ArnPrefix(HttpsClient& account);
std::string ArnPrefixOf(absl::string_view command_arn);

// What --to-thing or --to-client names, behind the prefix: "thing/lamp1". InvalidArgument unless
// exactly one of them is given.
absl::StatusOr<std::string> TargetOfFlags();

// A moment as an answer has it, in epoch seconds: for people. "-" for none.
std::string MomentText(absl::string_view seconds);

// What --json prints: the answer as the service gives it, {} for one without a body.
void PrintAnswer(Call& call, absl::string_view body);

// An execution for people: a line, its reason and its result.
void PrintExecution(Call& call, const policy::Node& execution);

}  // namespace cli
