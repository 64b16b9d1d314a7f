#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"
#include "cli/command/pages.h"

namespace cli {
namespace {

std::string CommandLine(const policy::Node& command) {
  const std::string name = TextIn(command, "displayName");
  return absl::StrCat(TextIn(command, "commandId"),
                      TextIn(command, "deprecated") == "true" ? "  deprecated" : "",
                      TextIn(command, "pendingDeletion") == "true" ? "  being deleted" : "",
                      name.empty() ? "" : "  ", name);
}

absl::StatusOr<ExitCode> RunCommandList(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  return ListPages(
      call, "commands",
      [&](const std::string& token) {
        return account->Get(absl::StrCat("/commands?maxResults=100", TokenQuery("&", token)));
      },
      CommandLine);
}

}  // namespace

extern const Command kCommandList;
constexpr Command kCommandList{
    .path = "command list",
    .arguments = "",
    .summary = "list the commands, the newest first",
    .details = "",
    .flags = kEndpointFlags,
    .run = RunCommandList,
};

}  // namespace cli
