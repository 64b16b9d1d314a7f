#include "cli/command.h"
#include "cli/fault/plan_file.h"
#include "cli/fault/plan_words.h"
#include "cli/shadow/https_client.h"

namespace cli {
namespace {

constexpr absl::string_view kFaultStartFlags[] = {"thing",    "seed",          "for",
                                                  "endpoint", "cafile",        "cert",
                                                  "key",      "access_key_id", "secret_access_key",
                                                  "region",   "timeout"};

absl::StatusOr<ExitCode> RunFaultStart(Call& call) {
  auto plan = FindPlan(call.arguments[0]);
  if (!plan.ok()) return plan.status();
  if (absl::Status changed = ChangeByFlags(*plan); !changed.ok()) return changed;
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto started = client->Post("/_shadow/v1/faults", faults::PlanText(*plan));
  if (!started.ok()) return started.status();
  if (call.json) {
    call.out << *started << "\n";
    return ExitCode::kDone;
  }
  call.out << plan->name << "  in force for " << faults::DurationText(plan->for_ms) << ", seed "
           << plan->seed << "\n"
           << PlanWords(*plan);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kFaultStart;
constexpr Command kFaultStart{
    .path = "fault start",
    .arguments = "FILE",
    .summary = "let things go wrong on purpose: a plan of a file, or a ready one by its name",
    .details =
        "  shadowctl fault start slow-cloud --thing 'lift-*' --for 5m\n\n"
        "Ready are slow-cloud, lost-deltas, out-of-order, twice, quota, flaky-link, away-30s,\n"
        "session-lost, wrong-clock and hard-week; shadowctl fault ready tells what they do. A "
        "file\n"
        "of such a name is ./NAME; - is standard input. --thing, which may have * and ?, narrows\n"
        "every rule to it. A plan ends by itself, and with the broker.",
    .flags = kFaultStartFlags,
    .run = RunFaultStart,
};

}  // namespace cli
