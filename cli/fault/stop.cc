#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/shadow/answer.h"
#include "cli/shadow/https_client.h"
#include "cli/shadow/members.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunFaultStop(Call& call) {
  const std::string name = call.arguments.empty() ? "" : call.arguments[0];
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto answer = ReadAnswer(client->Delete(
      name.empty() ? "/_shadow/v1/faults" : absl::StrCat("/_shadow/v1/faults/", Encoded(name))));
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << (*answer)->text << "\n";
    return ExitCode::kDone;
  }
  Members members((*answer)->json, "the answer");
  const auto stopped = members.Array("stopped");
  if (!members.status().ok()) {
    return absl::InternalError("the answer does not say what was stopped");
  }
  for (const shadow::Value& each : stopped) {
    call.out << shadow::Unescape(each.text()) << "  stopped\n";
  }
  if (stopped.empty()) call.out << "no plan was in force\n";
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
