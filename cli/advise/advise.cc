#include <unistd.h>

#include <fstream>
#include <iostream>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "advise/scenario.h"
#include "advise/trial.h"
#include "cli/advise/choice.h"
#include "cli/advise/report.h"
#include "cli/advise/session.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/shadow/call.h"

ABSL_FLAG(std::string, junit, "", "FILE: the verdicts, for a build server");
ABSL_FLAG(bool, strict, false, "a warning is a failure, too");
ABSL_FLAG(bool, list, false, "say what scenarios there are, and end");

namespace cli {
namespace {

using advise::Scenario;
using Kind = advise::Verdict::Kind;

constexpr absl::string_view kAdviseFlags[] = {"thing",    "name",          "client_id",
                                              "scenario", "list",          "state",
                                              "other",    "run",           "power",
                                              "seed",     "patience",      "junit",
                                              "strict",   "registry",      "admin_socket",
                                              "endpoint", "cafile",        "cert",
                                              "key",      "access_key_id", "secret_access_key",
                                              "region",   "timeout"};

ExitCode List(Call& call) {
  std::vector<JsonText> listed;
  for (const Scenario& scenario : advise::ReadyScenarios()) {
    listed.push_back(JsonText::Object({{"scenario", JsonText::String(scenario.name)},
                                       {"group", JsonText::String(scenario.group)},
                                       {"deviceAdvisor", JsonText::String(scenario.advisor)},
                                       {"about", JsonText::String(scenario.about)}}));
    if (!call.json) {
      call.out << absl::StrFormat("%-22s %-8s", scenario.name, scenario.group) << scenario.about
               << "\n";
    }
  }
  if (call.json) call.out << JsonText::Array(listed).text() << "\n";
  return ExitCode::kDone;
}

absl::Status WriteJunit(const AdviceReport& report) {
  const std::string file = absl::GetFlag(FLAGS_junit);
  if (file.empty()) return absl::OkStatus();
  std::ofstream out(file);
  out << AdviceJunit(report);
  if (out.flush()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("--junit: ", file, " cannot be written"));
}

absl::StatusOr<ExitCode> RunAdvise(Call& call) {
  if (absl::GetFlag(FLAGS_list)) return List(call);
  const auto choice = ChooseByFlags();
  if (!choice.ok()) return choice.status();
  auto session = Session::FromFlags();
  if (!session.ok()) return session.status();
  AdviceReport report{.thing = session->thing(), .seed = session->seed()};
  const bool tells_progress = &call.err == &std::cerr && isatty(STDERR_FILENO) != 0;
  for (const auto& [name, scenario] : choice->all) {
    if (Session::IsInterrupted()) break;
    if (tells_progress) {
      call.err << report.advices.size() + 1 << "/" << choice->all.size() << " " << scenario->name
               << " …\r" << std::flush;
    }
    report.advices.push_back({.scenario = scenario,
                              .verdict = session->Try(*scenario),
                              .repeat = session->RepeatCommand(name)});
    if (tells_progress) call.err << "\033[K" << std::flush;
    if (!call.json) call.out << AdviceText(report.advices.back(), WantsColour(call)) << std::flush;
  }
  call.out << (call.json ? AdviceJson(report) : SummaryText(report)) << "\n";
  if (absl::Status written = WriteJunit(report); !written.ok()) return written;
  const bool failed = report.Count(Kind::kFail) + report.Count(Kind::kError) > 0 ||
                      (absl::GetFlag(FLAGS_strict) && report.Count(Kind::kWarn) > 0);
  return failed || Session::IsInterrupted() ? ExitCode::kFailed : ExitCode::kDone;
}

}  // namespace

extern const Command kAdvise;
constexpr Command kAdvise{
    .path = "advise",
    .arguments = "",
    .summary = "put a device through what its cloud can do to it, and say how it bears it",
    .details =
        "  shadowctl advise --thing lamp --run './lamp --broker localhost'\n\n"
        "Each scenario does something to the device - a command, a fault, a cut - and watches what "
        "it\n"
        "does. The device's shadow is changed meanwhile. --state and --other are two states that "
        "it\n"
        "can be in, {\"power\":\"on\"} and {\"power\":\"off\"} without them. Needs a shadowd with\n"
        "--faults, and its admin socket. Exit code 1 if a scenario fails.",
    .flags = kAdviseFlags,
    .run = RunAdvise,
};

}  // namespace cli
