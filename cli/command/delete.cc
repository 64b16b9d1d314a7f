#include "cli/command/asked.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunCommandDelete(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto answer = account->Delete(CommandPath(call.arguments[0]));
  if (!answer.ok()) return answer.status();
  if (call.json) PrintAnswer(call, *answer);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCommandDelete;
constexpr Command kCommandDelete{
    .path = "command delete",
    .arguments = "COMMAND",
    .summary = "delete a command; one that was used in the last 12 hours goes when they are over",
    .details = "Its executions stay for as long as they would have.",
    .flags = kEndpointFlags,
    .run = RunCommandDelete,
};

}  // namespace cli
