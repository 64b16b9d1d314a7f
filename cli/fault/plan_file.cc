#include "cli/fault/plan_file.h"

#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/flags.h"
#include "cli/text_file.h"
#include "faults/ready.h"
#include "policy/connection.h"

ABSL_FLAG(int64_t, seed, -1, "N: what chance goes by; else the plan's own");
ABSL_FLAG(std::string, for, "", "TIME: how long, as 90s or 5m; else as the plan says");

namespace cli {
namespace {

std::string ReadyNames() {
  const auto name = [](std::string* out, const faults::ReadyPlan& plan) {
    absl::StrAppend(out, plan.name);
  };
  return absl::StrJoin(faults::ReadyPlans(), ", ", name);
}

// Whether every thing that `narrow` may stand for is one that `wide` stands for, as far as that is
// plain.
bool IsWithin(const std::string& narrow, const faults::Glob& wide) {
  if (narrow == wide.text || wide.text == "*") return true;
  const bool is_one = narrow.find_first_of("*?") == std::string::npos;
  return is_one && wide.pattern.Matches(narrow, policy::Connection());
}

absl::Status NarrowTo(const std::string& thing, faults::Plan& plan) {
  const auto glob = faults::Glob::Of(thing);
  if (!glob.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--thing: ", glob.status().message()));
  }
  for (faults::Rule& rule : plan.rules) {
    const auto& own = rule.where.thing;
    if (own && !IsWithin(thing, *own)) {
      return absl::InvalidArgumentError(absl::StrCat("--thing: rule \"", rule.id, "\" is about ",
                                                     own->text, ", and ", thing, " is none of it"));
    }
    rule.where.thing = *glob;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<faults::Plan> ReadPlan(const std::string& file) {
  const auto text = ReadTextFile(file);
  if (!text.ok()) return text.status();
  auto plan = faults::ParsePlan(*text);
  if (plan.ok()) return plan;
  return absl::InvalidArgumentError(
      absl::StrCat(file == "-" ? "standard input" : file, ":", plan.status().message()));
}

absl::StatusOr<faults::Plan> FindPlan(const std::string& name) {
  if (const faults::ReadyPlan* const ready = faults::FindReadyPlan(name)) {
    return faults::ParsePlan(ready->text);
  }
  auto plan = ReadPlan(name);
  if (!absl::IsNotFound(plan.status())) return plan;
  return absl::NotFoundError(absl::StrCat("\"", name, "\" is neither a file nor a ready plan; ",
                                          "ready are ", ReadyNames()));
}

absl::Status ChangeByFlags(faults::Plan& plan) {
  const auto things = absl::GetFlag(FLAGS_thing).values;
  if (things.size() > 1) {
    return absl::InvalidArgumentError("--thing is given twice; * and ? stand for several things");
  }
  if (!things.empty()) {
    if (absl::Status narrowed = NarrowTo(things.front(), plan); !narrowed.ok()) return narrowed;
  }
  if (const int64_t seed = absl::GetFlag(FLAGS_seed); seed >= 0) {
    plan.seed = static_cast<uint64_t>(seed);
  }
  const std::string length = absl::GetFlag(FLAGS_for);
  if (length.empty()) return absl::OkStatus();
  const auto ms = faults::ParseDuration(length);
  if (!ms) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--for: \"", length, "\" is no time: a whole number and ms, s, m or h, at most 24h"));
  }
  plan.for_ms = *ms;
  return absl::OkStatus();
}

}  // namespace cli
