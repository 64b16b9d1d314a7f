#include <optional>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/fault/plan_words.h"
#include "cli/fault/single_fault.h"
#include "cli/shadow/https_client.h"
#include "faults/plans.h"
#include "shadow/id.h"

ABSL_FLAG(std::string, on, "",
          "WHAT: what it happens to, where there is a choice: request, answer, deliver, https");

namespace cli {
namespace {

constexpr absl::string_view kFaultOnceFlags[] = {
    "on",     "endpoint", "cafile", "cert", "key", "access_key_id", "secret_access_key",
    "region", "timeout"};

// Under the first name that is free; `started` is the answer.
absl::StatusOr<faults::Plan> StartOnce(const SingleFault& fault, std::string& started) {
  absl::Status taken;
  std::optional<HttpsClient> client;
  for (size_t number = 1; number <= faults::Plans::kPlansMax; ++number) {
    auto plan = PlanOf(fault, absl::StrCat("once-", number));
    if (!plan.ok()) return plan.status();
    if (!client) {
      auto opened = HttpsClient::FromFlags();
      if (!opened.ok()) return opened.status();
      client.emplace(*std::move(opened));
    }
    auto answer = client->Post("/_shadow/v1/faults", faults::PlanText(*plan));
    if (answer.ok()) {
      started = *std::move(answer);
      return plan;
    }
    if (!absl::IsAborted(answer.status())) return answer.status();
    taken = answer.status();
  }
  return taken;
}

absl::StatusOr<ExitCode> RunFaultOnce(Call& call) {
  if (!shadow::IsThingName(call.arguments[0])) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", call.arguments[0], "\" cannot name a thing"));
  }
  const std::string on = absl::GetFlag(FLAGS_on);
  const std::string what = call.arguments.size() > 2 ? call.arguments[2] : "";
  const SingleFault fault = {
      .thing = call.arguments[0], .act = call.arguments[1], .what = what, .on = on};
  std::string started;
  const auto plan = StartOnce(fault, started);
  if (!plan.ok()) return plan.status();
  if (call.json) {
    call.out << started << "\n";
    return ExitCode::kDone;
  }
  call.out << plan->name << "  in force for " << faults::DurationText(plan->for_ms) << "\n"
           << PlanWords(*plan);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kFaultOnce;
constexpr Command kFaultOnce{
    .path = "fault once",
    .arguments = "THING DO [WHAT]",
    .summary = "let one thing go wrong once: its next request, answer, connect …",
    .details =
        "  shadowctl fault once lamp reject 409\n"
        "  shadowctl fault once lamp drop update/delta\n"
        "  shadowctl fault once lamp cut_before_puback [taken]\n"
        "  shadowctl fault once lamp delay 800ms --on request\n\n"
        "DO is what a rule of a plan can do, but throttle. It makes a plan of one rule, called\n"
        "once-1 or the next that is free, which lasts for 5m.",
    .flags = kFaultOnceFlags,
    .run = RunFaultOnce,
};

}  // namespace cli
