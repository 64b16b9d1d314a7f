#include "cli/advise/choice.h"

#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "cli/text_file.h"

ABSL_FLAG(cli::Repeated, scenario, {},
          "NAME: a scenario, or the file of one; may be repeated. Else all that are there");

namespace cli {
namespace {

using advise::Scenario;

absl::Status Choose(const std::string& name, Choice& choice) {
  if (name == "all") {
    for (const Scenario& each : advise::ReadyScenarios()) choice.all.push_back({each.name, &each});
    return absl::OkStatus();
  }
  if (const Scenario* const ready = advise::FindReadyScenario(name)) {
    choice.all.push_back({name, ready});
    return absl::OkStatus();
  }
  const auto text = ReadTextFile(name);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(
        absl::StrCat("\"", name, "\" is neither a scenario, which --list ", "shows, nor a file"));
  }
  if (!text.ok()) return text.status();
  auto scenario = advise::ParseScenario(*text);
  if (!scenario.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ":", scenario.status().message()));
  }
  choice.own.push_back(std::make_unique<Scenario>(*std::move(scenario)));
  choice.all.push_back({name, choice.own.back().get()});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Choice> ChooseByFlags() {
  std::vector<std::string> names = absl::GetFlag(FLAGS_scenario).values;
  if (names.empty()) names.push_back("all");
  Choice choice;
  for (const std::string& name : names) {
    if (absl::Status status = Choose(name, choice); !status.ok()) return status;
  }
  return choice;
}

}  // namespace cli
