#include "absl/flags/flag.h"
#include "cli/command/asked.h"
#include "cli/flags.h"

ABSL_DECLARE_FLAG(bool, undo);

namespace cli {
namespace {

constexpr absl::string_view kCommandDeprecateFlags[] = {
    "undo",          "endpoint",          "cafile", "cert",   "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

absl::StatusOr<ExitCode> RunCommandDeprecate(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const JsonText body =
      JsonText::Object({{"deprecated", JsonText::Bool(!absl::GetFlag(FLAGS_undo))}});
  const auto answer = account->Patch(CommandPath(call.arguments[0]), body.text());
  if (!answer.ok()) return answer.status();
  if (call.json) PrintAnswer(call, *answer);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCommandDeprecate;
constexpr Command kCommandDeprecate{
    .path = "command deprecate",
    .arguments = "COMMAND",
    .summary = "let a command be started no more, or with --undo again",
    .details = "Executions that are under way go on.",
    .flags = kCommandDeprecateFlags,
    .run = RunCommandDeprecate,
};

}  // namespace cli
