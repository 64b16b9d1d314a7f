#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/fault/plan_file.h"
#include "cli/fault/plan_words.h"
#include "cli/json_text.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunFaultCheck(Call& call) {
  const auto plan = ReadPlan(call.arguments[0]);
  if (!plan.ok()) return plan.status();
  if (call.json) {
    call.out << faults::PlanText(*plan) << "\n";
    return ExitCode::kDone;
  }
  call.out << plan->name << "  for " << faults::DurationText(plan->for_ms) << ", seed "
           << plan->seed << "\n"
           << PlanWords(*plan);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kFaultCheck;
constexpr Command kFaultCheck{
    .path = "fault check",
    .arguments = "FILE",
    .summary = "say what a fault plan does, rule by rule, or where it is wrong",
    .details = "Asks no service. With --json the plan as it is understood.",
    .flags = {},
    .run = RunFaultCheck,
};

}  // namespace cli
