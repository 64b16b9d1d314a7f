#include "absl/strings/escaping.h"
#include "cli/command/asked.h"

namespace cli {
namespace {

// Whether a person can read it on a terminal.
bool IsLegible(absl::string_view text) {
  for (const char c : text) {
    if (c >= 0 && c < ' ' && c != '\n' && c != '\t') return false;
    if (c == '\x7F') return false;
  }
  return true;
}

absl::StatusOr<ExitCode> RunCommandShow(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto answer = account->Get(CommandPath(call.arguments[0]));
  const auto command = ReadTree(answer);
  if (!command.ok()) return command.status();
  if (call.json) {
    PrintAnswer(call, *answer);
    return ExitCode::kDone;
  }
  call.out << TextIn(*command, "commandArn") << "\n";
  for (const auto& [name, word] :
       {std::pair("displayName", "name"), std::pair("description", "about")}) {
    const std::string text = TextIn(*command, name);
    if (!text.empty()) call.out << "  " << word << "  " << text << "\n";
  }
  call.out << "  made  " << MomentText(TextIn(*command, "createdAt")) << "\n";
  if (TextIn(*command, "deprecated") == "true") call.out << "  deprecated\n";
  if (TextIn(*command, "pendingDeletion") == "true") call.out << "  being deleted\n";
  const policy::Node* const payload = command->Find("payload");
  if (payload == nullptr) return ExitCode::kDone;
  const std::string type = TextIn(*payload, "contentType");
  std::string content;
  absl::Base64Unescape(TextIn(*payload, "content"), &content);
  call.out << "  payload  " << content.size() << " bytes" << (type.empty() ? "" : " of ") << type
           << "\n";
  if (IsLegible(content)) call.out << content << (content.back() == '\n' ? "" : "\n");
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCommandShow;
constexpr Command kCommandShow{
    .path = "command show",
    .arguments = "COMMAND",
    .summary = "show a command and its payload",
    .details = "With --json as the service gives it.",
    .flags = kEndpointFlags,
    .run = RunCommandShow,
};

}  // namespace cli
