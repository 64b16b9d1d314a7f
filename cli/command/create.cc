#include "absl/flags/flag.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"
#include "cli/text_file.h"

ABSL_FLAG(std::string, content_type, "",
          "TYPE: of the payload, such as application/json, which says on which topic it is sent");
ABSL_FLAG(std::string, display_name, "", "TEXT: what the command is called for people");
ABSL_FLAG(std::string, about, "", "TEXT: what the command is for");

namespace cli {
namespace {

constexpr absl::string_view kCommandCreateFlags[] = {
    "content_type",  "display_name",      "about",  "endpoint", "cafile", "cert", "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

// Of a file's name, for those that have topics of their own.
std::string ContentTypeOf(absl::string_view file) {
  const absl::string_view end = file.substr(file.rfind('.') + 1);
  if (end == "json") return "application/json";
  if (end == "cbor") return "application/cbor";
  return "";
}

absl::StatusOr<ExitCode> RunCommandCreate(Call& call) {
  const auto content = ReadTextFile(call.arguments[1]);
  if (!content.ok()) return content.status();
  std::string type = absl::GetFlag(FLAGS_content_type);
  if (type.empty()) type = ContentTypeOf(call.arguments[1]);
  std::vector<JsonText::Member> payload = {
      {"content", JsonText::String(absl::Base64Escape(*content))}};
  if (!type.empty()) payload.emplace_back("contentType", JsonText::String(type));
  std::vector<JsonText::Member> members = {{"payload", JsonText::Object(payload)}};
  const std::string display_name = absl::GetFlag(FLAGS_display_name);
  const std::string about = absl::GetFlag(FLAGS_about);
  if (!display_name.empty()) members.emplace_back("displayName", JsonText::String(display_name));
  if (!about.empty()) members.emplace_back("description", JsonText::String(about));
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto answer =
      account->Put(CommandPath(call.arguments[0]), JsonText::Object(members).text());
  const auto made = ReadTree(answer);
  if (!made.ok()) return made.status();
  if (call.json) {
    PrintAnswer(call, *answer);
  } else {
    call.out << TextIn(*made, "commandArn") << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCommandCreate;
constexpr Command kCommandCreate{
    .path = "command create",
    .arguments = "COMMAND FILE",
    .summary = "keep a payload under a name, to be sent to devices; prints its ARN",
    .details =
        "FILE is sent as it is, 32 KiB at most; - is standard input. Of *.json and *.cbor the "
        "content\n"
        "type is known. May be repeated; one of that name that is otherwise is left as it is (4).",
    .flags = kCommandCreateFlags,
    .run = RunCommandCreate,
};

}  // namespace cli
