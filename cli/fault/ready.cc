#include "faults/ready.h"

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/listing.h"

namespace cli {
namespace {

constexpr size_t kNameWidth = 14;

absl::StatusOr<ExitCode> RunFaultReady(Call& call) {
  if (!call.arguments.empty() && !call.arguments[0].empty()) {
    const faults::ReadyPlan* const plan = faults::FindReadyPlan(call.arguments[0]);
    if (plan == nullptr) {
      return absl::NotFoundError(absl::StrCat("no plan called \"", call.arguments[0],
                                              "\" is ready; shadowctl fault ready lists them"));
    }
    call.out << plan->text << "\n";
    return ExitCode::kDone;
  }
  Listing listing(call, "plans");
  for (const faults::ReadyPlan& plan : faults::ReadyPlans()) {
    const size_t gap = plan.name.size() < kNameWidth ? kNameWidth - plan.name.size() : 1;
    listing.Add(absl::StrCat(plan.name, std::string(gap, ' '), plan.about),
                JsonText::Object({{"name", JsonText::String(plan.name)},
                                  {"about", JsonText::String(plan.about)}}));
  }
  return listing.Finish();
}

}  // namespace

extern const Command kFaultReady;
constexpr Command kFaultReady{
    .path = "fault ready",
    .arguments = "[NAME]",
    .summary = "list the fault plans that can be started by name, or show one",
    .details = "Asks no service. What it shows is a file to begin with.",
    .flags = {},
    .run = RunFaultReady,
};

}  // namespace cli
