#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"

namespace cli {
namespace {

constexpr absl::string_view kExecutionFlags[] = {
    "to_thing", "to_client",     "endpoint",          "cafile", "cert",
    "key",      "access_key_id", "secret_access_key", "region", "timeout"};

// "/command-executions/ID?MORE&targetArn=…", in the order of the alphabet: libcurl signs the
// parameters as they stand.
absl::StatusOr<std::string> ExecutionPath(HttpsClient& account, absl::string_view id,
                                          absl::string_view more) {
  const auto target = TargetOfFlags();
  if (!target.ok()) return target.status();
  const auto prefix = ArnPrefix(account);
  if (!prefix.ok()) return prefix.status();
  return absl::StrCat("/command-executions/", Encoded(id), "?", more,
                      "targetArn=", Encoded(absl::StrCat(*prefix, *target)));
}

absl::StatusOr<ExitCode> RunExecutionShow(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto path = ExecutionPath(*account, call.arguments[0], "includeResult=true&");
  if (!path.ok()) return path.status();
  const auto answer = account->Get(*path);
  const auto execution = ReadTree(answer);
  if (!execution.ok()) return execution.status();
  if (call.json) {
    PrintAnswer(call, *answer);
  } else {
    PrintExecution(call, *execution);
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunExecutionDelete(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto path = ExecutionPath(*account, call.arguments[0], "");
  if (!path.ok()) return path.status();
  const auto answer = account->Delete(*path);
  if (!answer.ok()) return answer.status();
  if (call.json) PrintAnswer(call, *answer);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCommandExecutionShow;
constexpr Command kCommandExecutionShow{
    .path = "command-execution show",
    .arguments = "EXECUTION",
    .summary = "show what has become of one, with its reason and result",
    .details =
        "--to-thing or --to-client says whom it was for. With --json as the service gives it.",
    .flags = kExecutionFlags,
    .run = RunExecutionShow,
};

extern const Command kCommandExecutionDelete;
constexpr Command kCommandExecutionDelete{
    .path = "command-execution delete",
    .arguments = "EXECUTION",
    .summary = "forget one that has ended",
    .details = "--to-thing or --to-client says whom it was for.",
    .flags = kExecutionFlags,
    .run = RunExecutionDelete,
};

}  // namespace cli
