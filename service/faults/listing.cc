#include "service/faults/listing.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/plan.h"
#include "faults/ready.h"
#include "policy/json_tree.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace service {
namespace {

using shadow::Value;

// What was counted of a rule, as it was printed.
struct Counted {
  absl::string_view matched;
  absl::string_view fired;
};

// By plan and rule, both as JSON.
using Counts = std::map<std::pair<absl::string_view, absl::string_view>, Counted>;

absl::string_view TextOf(const Value& object, absl::string_view name) {
  const Value* const member = object.is_object() ? shadow::Find(object, name) : nullptr;
  return member == nullptr ? "" : member->text();
}

absl::Span<const Value> RulesOf(const Value& plan) {
  const Value* const rules = plan.is_object() ? shadow::Find(plan, "rules") : nullptr;
  return rules == nullptr || !rules->is_array() ? absl::Span<const Value>() : rules->elements();
}

Counts CountsOf(const Value& list) {
  Counts counts;
  for (const Value& plan : list.elements()) {
    for (const Value& rule : RulesOf(plan)) {
      counts[{TextOf(plan, "name"), TextOf(rule, "id")}] = {TextOf(rule, "matched"),
                                                            TextOf(rule, "fired")};
    }
  }
  return counts;
}

std::string RuleText(const Value& rule, const Counted* ours) {
  std::string out = "{";
  for (const auto& [key, value] : rule.members()) {
    absl::StrAppend(&out, out.back() == '{' ? "" : ",", key, ":");
    if (ours != nullptr && (key == "\"matched\"" || key == "\"fired\"")) {
      absl::StrAppend(&out, key == "\"matched\"" ? ours->matched : ours->fired);
    } else {
      shadow::PrintJson(value, out);
    }
  }
  return out + "}";
}

std::string RulesText(const Value& plan, const Counts& ours) {
  std::string out = "[";
  for (const Value& rule : RulesOf(plan)) {
    const bool is_ours = TextOf(rule, "on") == "\"https\"";
    const auto counted = ours.find({TextOf(plan, "name"), TextOf(rule, "id")});
    absl::StrAppend(&out, out.back() == '[' ? "" : ",",
                    RuleText(rule, is_ours && counted != ours.end() ? &counted->second : nullptr));
  }
  return out + "]";
}

std::string PlanText(const Value& plan, const Counts& ours) {
  std::string out = "{";
  for (const auto& [key, value] : plan.members()) {
    absl::StrAppend(&out, out.back() == '{' ? "" : ",", key, ":");
    if (key == "\"rules\"") {
      out += RulesText(plan, ours);
    } else {
      shadow::PrintJson(value, out);
    }
  }
  return out + "}";
}

std::optional<Value> ParseList(absl::string_view text, shadow::Arena& arena) {
  auto list = shadow::ParseWholeJson(text, 0, arena);
  if (!list || !list->is_array()) return std::nullopt;
  for (const Value& plan : list->elements()) {
    if (!plan.is_object()) return std::nullopt;
  }
  return list;
}

}  // namespace

absl::StatusOr<std::string> JoinLists(absl::string_view plugins, absl::string_view ours) {
  shadow::Arena arena;
  const auto theirs = ParseList(plugins, arena);
  const auto own = ParseList(ours, arena);
  if (!theirs || !own) return absl::InvalidArgumentError("this is no list of plans");
  const Counts counts = CountsOf(*own);
  std::string out = "[";
  for (const Value& plan : theirs->elements()) {
    absl::StrAppend(&out, out.back() == '[' ? "" : ",", PlanText(plan, counts));
  }
  return out + "]";
}

absl::StatusOr<std::string> JoinRecords(absl::string_view plugins, absl::string_view ours) {
  auto plan = faults::ParsePlan(plugins);
  if (!plan.ok()) return plan.status();
  auto own = faults::ParsePlan(ours);
  if (!own.ok()) return own.status();
  for (faults::Rule& rule : own->rules) plan->rules.push_back(std::move(rule));
  std::string text = faults::PlanText(*plan);
  if (text.size() <= policy::kFileBytesMax) return text;
  return absl::ResourceExhaustedError(
      absl::StrCat("the plan ", plan->name, " has done more than a plan of ", policy::kFileBytesMax,
                   " bytes can say; its seed repeats it, too"));
}

std::string WordReadyPlans() {
  std::string out = R"({"plans":[)";
  for (const faults::ReadyPlan& plan : faults::ReadyPlans()) {
    absl::StrAppend(&out, out.back() == '[' ? "" : ",", R"({"name":")", plan.name, R"(","about":)");
    shadow::PrintJsonString(plan.about, out);
    absl::StrAppend(&out, R"(,"plan":)", plan.text, "}");
  }
  return out + "]}";
}

}  // namespace service
