#include "cli/command/asked.h"

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/shadow/call.h"

ABSL_FLAG(std::string, to_thing, "", "THING: that a command is for");
ABSL_FLAG(std::string, to_client, "", "ID: of an MQTT client that a command is for");

namespace cli {

absl::StatusOr<policy::Node> ReadTree(const absl::StatusOr<std::string>& answer) {
  if (!answer.ok()) return answer.status();
  auto tree = policy::ParseJsonTree(*answer, answer->size());
  if (tree.ok()) return tree;
  return absl::InternalError(absl::StrCat("the answer: ", tree.status().message()));
}

std::string TextIn(const policy::Node& object, absl::string_view name) {
  const policy::Node* const member = object.Find(name);
  return member == nullptr ? "" : member->text;
}

std::string CommandPath(absl::string_view id) { return absl::StrCat("/commands/", Encoded(id)); }

std::string ArnPrefixOf(absl::string_view command_arn) {
  return std::string(command_arn.substr(0, command_arn.rfind(':') + 1));
}

absl::StatusOr<std::string> ArnPrefix(HttpsClient& account) {
  const auto listed = ReadTree(account.Get("/commands?maxResults=1"));
  if (!listed.ok()) return listed.status();
  const policy::Node* const commands = listed->Find("commands");
  if (commands == nullptr || commands->elements.empty()) {
    return absl::NotFoundError("there is no command yet");
  }
  return ArnPrefixOf(TextIn(commands->elements.front(), "commandArn"));
}

absl::StatusOr<std::string> TargetOfFlags() {
  const std::string thing = absl::GetFlag(FLAGS_to_thing);
  const std::string client = absl::GetFlag(FLAGS_to_client);
  if (thing.empty() == client.empty()) {
    return absl::InvalidArgumentError(
        "for whom? Give --to-thing THING or --to-client ID, one of them");
  }
  return thing.empty() ? absl::StrCat("client/", client) : absl::StrCat("thing/", thing);
}

std::string MomentText(absl::string_view seconds) {
  double number = 0;
  if (seconds.empty() || !absl::SimpleAtod(seconds, &number)) return "-";
  return TimeText(static_cast<int64_t>(number));
}

void PrintAnswer(Call& call, absl::string_view body) {
  call.out << (body.empty() ? "{}" : body) << "\n";
}

void PrintExecution(Call& call, const policy::Node& execution) {
  const std::string arn = TextIn(execution, "targetArn");
  const std::string command = TextIn(execution, "commandArn");
  call.out << TextIn(execution, "executionId") << "  " << TextIn(execution, "status") << "  "
           << command.substr(command.rfind('/') + 1) << "  "
           << absl::StripPrefix(arn, ArnPrefixOf(command)) << "  "
           << MomentText(TextIn(execution, "createdAt")) << "  "
           << MomentText(TextIn(execution, "completedAt")) << "\n";
  if (const policy::Node* const reason = execution.Find("statusReason")) {
    const std::string description = TextIn(*reason, "reasonDescription");
    call.out << "  reason  " << TextIn(*reason, "reasonCode") << (description.empty() ? "" : ": ")
             << description << "\n";
  }
  const policy::Node* const result = execution.Find("result");
  if (result == nullptr) return;
  for (size_t i = 0; i < result->names.size(); ++i) {
    const policy::Node& value = result->elements[i];
    call.out << "  " << result->names[i].text << "  "
             << (value.elements.empty() ? "" : value.elements.front().text) << "\n";
  }
}

}  // namespace cli
