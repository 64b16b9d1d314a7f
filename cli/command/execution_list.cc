#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/command/asked.h"
#include "cli/command/pages.h"

ABSL_FLAG(std::string, of_command, "", "COMMAND: whose executions");
ABSL_FLAG(std::string, status, "", "STATUS: that they have, such as TIMED_OUT");

namespace cli {
namespace {

constexpr absl::string_view kExecutionListFlags[] = {
    "of_command", "to_thing",      "to_client",         "status", "endpoint", "cafile", "cert",
    "key",        "access_key_id", "secret_access_key", "region", "timeout"};

// What they are listed by, as the service takes it. By command it wants a time besides: any.
absl::StatusOr<std::string> FilterOfFlags(HttpsClient& account) {
  const std::string command = absl::GetFlag(FLAGS_of_command);
  std::string target;
  if (command.empty()) {
    const auto named = TargetOfFlags();
    if (!named.ok()) return named.status();
    target = *named;
  } else if (!absl::GetFlag(FLAGS_to_thing).empty() || !absl::GetFlag(FLAGS_to_client).empty()) {
    return absl::InvalidArgumentError("--of-command, --to-thing and --to-client: only one of them");
  }
  const auto prefix = ArnPrefix(account);
  if (!prefix.ok()) return prefix.status();
  std::vector<JsonText::Member> members;
  if (command.empty()) {
    members.emplace_back("targetArn", JsonText::String(absl::StrCat(*prefix, target)));
  } else {
    members.emplace_back("commandArn",
                         JsonText::String(absl::StrCat(*prefix, "command/", command)));
    members.emplace_back("startedTimeFilter",
                         JsonText::Object({{"after", JsonText::String("1970-01-02T00:00")}}));
  }
  const std::string status = absl::GetFlag(FLAGS_status);
  if (!status.empty()) members.emplace_back("status", JsonText::String(status));
  return JsonText::Object(members).text();
}

std::string ExecutionLine(const policy::Node& execution) {
  const std::string command = TextIn(execution, "commandArn");
  const std::string target = TextIn(execution, "targetArn");
  return absl::StrCat(TextIn(execution, "executionId"), "  ", TextIn(execution, "status"), "  ",
                      command.substr(command.rfind('/') + 1), "  ",
                      absl::StripPrefix(target, ArnPrefixOf(command)), "  ",
                      MomentText(TextIn(execution, "createdAt")), "  ",
                      MomentText(TextIn(execution, "completedAt")));
}

absl::StatusOr<ExitCode> RunExecutionList(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto filter = FilterOfFlags(*account);
  if (!filter.ok()) return filter.status();
  return ListPages(
      call, "commandExecutions",
      [&](const std::string& token) {
        return account->Post(
            absl::StrCat("/command-executions?maxResults=100", TokenQuery("&", token)), *filter);
      },
      ExecutionLine);
}

}  // namespace

extern const Command kCommandExecutionList;
constexpr Command kCommandExecutionList{
    .path = "command-execution list",
    .arguments = "",
    .summary = "list what was started of a command or for a device, the newest first",
    .details = "Each with its status, command, target, and when it was started and ended.",
    .flags = kExecutionListFlags,
    .run = RunExecutionList,
};

}  // namespace cli
