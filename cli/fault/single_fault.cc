#include "cli/fault/single_fault.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/json_text.h"
#include "shadow/id.h"

namespace cli {
namespace {

using faults::Ability;
using faults::Do;
using faults::On;
using JsonMembers = std::vector<JsonText::Member>;

// A throttle is no single fault.
bool IsSingle(const Ability& ability) { return ability.act != Do::kThrottle; }

absl::StatusOr<const Ability*> AbilityFor(absl::string_view act) {
  std::vector<absl::string_view> names;
  for (const Ability& ability : faults::Abilities()) {
    if (!IsSingle(ability)) continue;
    if (ability.name == act) return &ability;
    names.push_back(ability.name);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", act, "\" is nothing that can go wrong once; there are ", absl::StrJoin(names, ", ")));
}

// Where an act is usual: delay and duplicate are of answers.
On UsualOn(const Ability& ability) {
  const bool answers =
      std::find(ability.on.begin(), ability.on.end(), On::kAnswer) != ability.on.end();
  return answers ? On::kAnswer : ability.on.front();
}

absl::StatusOr<On> OnFor(const Ability& ability, absl::string_view text) {
  if (text.empty()) return UsualOn(ability);
  std::vector<absl::string_view> names;
  for (const On on : ability.on) {
    if (faults::OnText(on) == text) return on;
    names.push_back(faults::OnText(on));
  }
  return absl::InvalidArgumentError(absl::StrCat("--on: ", ability.name, " does not go with \"",
                                                 text, "\", but with ",
                                                 absl::StrJoin(names, ", ")));
}

absl::Status Wrong(const Ability& ability, absl::string_view what, absl::string_view wanted) {
  return absl::InvalidArgumentError(
      what.empty()
          ? absl::StrCat(ability.name, " needs ", wanted, " behind it")
          : absl::StrCat("\"", what, "\" does not go with ", ability.name, ", but ", wanted));
}

// What the word behind an act stands for, as a member of the rule; nothing if it is no such word.
std::optional<JsonText::Member> ParameterOf(const Ability& ability, absl::string_view what) {
  const absl::string_view member = ability.needs.empty() ? ability.may_have : ability.needs;
  int64_t number;
  if (member == "ms") {
    const auto ms = faults::ParseDuration(what);
    if (ms) return JsonText::Member("ms", JsonText::Number(*ms));
  }
  if (member == "taken") {
    if (what == "taken") return JsonText::Member("taken", JsonText::Bool(true));
    return std::nullopt;
  }
  if (member == "token") return JsonText::Member("token", JsonText::String(what));
  if (member.empty() || !absl::SimpleAtoi(what, &number)) return std::nullopt;
  return JsonText::Member(member, JsonText::Number(number));
}

absl::string_view WantedFor(const Ability& ability, On on) {
  switch (ability.act) {
    case Do::kReject:
      return "a code, such as 409";
    case Do::kDelay:
      return "a time, such as 500ms";
    case Do::kToken:
      return "missing or other";
    case Do::kSkew:
      return "a number of seconds, such as -3600";
    case Do::kTruncate:
      return "how many bytes are left";
    case Do::kCutBeforePuback:
      return "taken, or nothing";
    default:
      return on == On::kAnswer ? "the end of a topic, such as update/delta" : "nothing";
  }
}

}  // namespace

absl::StatusOr<faults::Plan> PlanOf(const SingleFault& fault, absl::string_view name) {
  const auto ability = AbilityFor(fault.act);
  if (!ability.ok()) return ability.status();
  const auto on = OnFor(**ability, fault.on);
  if (!on.ok()) return on.status();
  JsonMembers where = {{"thing", JsonText::String(fault.thing)}};
  JsonMembers rule = {{"id", JsonText::String("once")},
                      {"on", JsonText::String(faults::OnText(*on))},
                      {"do", JsonText::String(fault.act)},
                      {"count", JsonText::Number(1)}};
  const auto parameter = ParameterOf(**ability, fault.what);
  const bool is_topic =
      !parameter && !fault.what.empty() && *on == On::kAnswer && (*ability)->needs.empty();
  if (parameter) {
    rule.push_back(*parameter);
  } else if (is_topic) {
    where.push_back({"topic", JsonText::String(fault.what)});
  } else if (!fault.what.empty() || !(*ability)->needs.empty()) {
    return Wrong(**ability, fault.what, WantedFor(**ability, *on));
  }
  rule.push_back({"where", JsonText::Object(where)});
  auto plan =
      faults::ParsePlan(JsonText::Object({{"name", JsonText::String(name)},
                                          {"for", JsonText::String("5m")},
                                          {"rules", JsonText::Array({JsonText::Object(rule)})}})
                            .text());
  // Where it stands in a text that nobody wrote is of no use.
  if (!plan.ok()) return Wrong(**ability, fault.what, WantedFor(**ability, *on));
  return plan;
}

}  // namespace cli
