#include <cstdint>
#include <string>

#include "cli/command.h"
#include "cli/shadow/answer.h"
#include "cli/shadow/https_client.h"
#include "cli/shadow/members.h"
#include "faults/plan.h"

namespace cli {
namespace {

using shadow::Value;

// To the second: nobody reads milliseconds.
std::string LeftText(int64_t ms) { return faults::DurationText((ms + 999) / 1000 * 1000); }

absl::Status ShowRule(const Value& value, Call& call) {
  Members rule(value, "a rule");
  call.out << "  " << rule.Text("id") << "  " << rule.Text("on") << " " << rule.Text("do")
           << "  fired " << rule.Number("fired") << " of " << rule.Number("matched") << "\n";
  return rule.status();
}

absl::Status ShowPlan(const Value& value, Call& call) {
  Members plan(value, "a plan");
  call.out << plan.Text("name") << "  ends in " << LeftText(plan.Number("endsInMs")) << ", seed "
           << plan.Number("seed") << "\n";
  absl::Status shown = plan.status();
  for (const Value& rule : plan.Array("rules")) shown.Update(ShowRule(rule, call));
  return shown;
}

absl::StatusOr<ExitCode> RunFaultList(Call& call) {
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto answer = ReadAnswer(client->Get("/_shadow/v1/faults"));
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << (*answer)->text << "\n";
    return ExitCode::kDone;
  }
  Members members((*answer)->json, "the answer");
  const auto plans = members.Array("plans");
  absl::Status shown = members.status();
  for (const Value& plan : plans) shown.Update(ShowPlan(plan, call));
  if (!shown.ok()) return absl::InternalError(shown.message());
  if (plans.empty()) call.out << "no plan is in force\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kFaultList;
constexpr Command kFaultList{
    .path = "fault list",
    .arguments = "",
    .summary = "list the fault plans in force, and how often each rule has fired",
    .details = "shadowctl fault ready lists those that can be started by name.",
    .flags = kEndpointFlags,
    .run = RunFaultList,
};

}  // namespace cli
