#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/shadow/https_client.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunFaultStop(Call& call) {
  const std::string name = call.arguments.empty() ? "" : call.arguments[0];
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto text = client->Delete(
      name.empty() ? "/_shadow/v1/faults" : absl::StrCat("/_shadow/v1/faults/", Encoded(name)));
  if (!text.ok()) return text.status();
  if (call.json) {
    call.out << *text << "\n";
    return ExitCode::kDone;
  }
  shadow::Arena arena;
  const auto answer = shadow::ParseWholeJson(*text, 0, arena);
  const shadow::Value* const stopped =
      answer && answer->is_object() ? shadow::Find(*answer, "stopped") : nullptr;
  if (stopped == nullptr || !stopped->is_array()) {
    return absl::InternalError("the answer does not say what was stopped");
  }
  for (const shadow::Value& each : stopped->elements()) {
    call.out << shadow::Unescape(each.text()) << "  stopped\n";
  }
  if (stopped->empty()) call.out << "no plan was in force\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kFaultStop;
constexpr Command kFaultStop{
    .path = "fault stop",
    .arguments = "[NAME]",
    .summary = "end a fault plan, or all that are in force",
    .details = "What a plan has held back is delivered at once, in its order.",
    .flags = kEndpointFlags,
    .run = RunFaultStop,
};

}  // namespace cli
