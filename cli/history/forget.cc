#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/service/admin_connection.h"
#include "shadow/id.h"

namespace cli {
namespace {

constexpr absl::string_view kShadowForgetFlags[] = {"admin_socket"};

absl::StatusOr<ExitCode> RunShadowForget(Call& call) {
  const std::string& thing = call.arguments[0];
  if (!shadow::IsThingName(thing)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", thing, "\" cannot name a thing"));
  }
  auto connection = AdminConnection::Open();
  if (!connection.ok()) return connection.status();
  const auto answer = connection->Ask(JsonText::Object(
      {{"command", JsonText::String("forget")}, {"thing", JsonText::String(thing)}}));
  if (!answer.ok()) return answer.status();
  call.out << (call.json ? answer->line : absl::StrCat(thing, "  its history is forgotten"))
           << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowForget;
constexpr Command kShadowForget{
    .path = "shadow forget",
    .arguments = "THING",
    .summary = "remove the history of all shadows of a thing, for good",
    .details =
        "Shadows stay as they are; what they were, and who made them so, is gone and comes back "
        "from\n"
        "backups only. For operators: it goes over --admin-socket.",
    .flags = kShadowForgetFlags,
    .run = RunShadowForget,
};

}  // namespace cli
