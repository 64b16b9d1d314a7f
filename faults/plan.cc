#include "faults/plan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace faults {
namespace {

struct Unit {
  absl::string_view name;
  int64_t ms;
};
// The longest that divides a duration is the one it is told in.
constexpr Unit kUnits[] = {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};

void Put(absl::string_view name, const std::string& json, std::string& out) {
  absl::StrAppend(&out, out.back() == '{' ? "" : ",", "\"", name, "\":", json);
}

std::string Json(absl::string_view text) {
  std::string json;
  shadow::PrintJsonString(text, json);
  return json;
}

std::string AtText(const Rule& rule) {
  std::string out = "{";
  for (const auto& [key, places] : rule.at) {
    std::string list = "[";
    for (const uint64_t k : places) absl::StrAppend(&list, list.back() == '[' ? "" : ",", k);
    absl::StrAppend(&out, out.back() == '{' ? "" : ",", Json(key), ":", list, "]");
  }
  return out + "}";
}

std::string RangeText(int64_t least, int64_t most) {
  return least == most ? absl::StrCat(least) : absl::StrCat("[", least, ",", most, "]");
}

void PutParameters(const Rule& rule, std::string& out) {
  switch (rule.act) {
    case Do::kReject:
      return Put("code", absl::StrCat(rule.code), out);
    case Do::kDelay:
    case Do::kReorder:
      return Put("ms", RangeText(rule.least_ms, rule.most_ms), out);
    case Do::kCutBeforePuback:
      return Put("taken", rule.taken ? "true" : "false", out);
    case Do::kToken:
      return Put("token", rule.other_token ? "\"other\"" : "\"missing\"", out);
    case Do::kSkew:
      return Put("seconds", absl::StrCat(rule.seconds), out);
    case Do::kTruncate:
      return Put("bytes", absl::StrCat(rule.bytes), out);
    case Do::kThrottle:
      return Put("per_second", absl::StrCat(rule.per_second), out);
    default:
      return;
  }
}

std::string RuleText(const Rule& rule) {
  std::string out = "{";
  Put("id", Json(rule.id), out);
  Put("on", Json(OnText(rule.on)), out);
  if (const std::string where = rule.where.Text(); where != "{}") Put("where", where, out);
  if (rule.skip != 0) Put("skip", absl::StrCat(rule.skip), out);
  if (rule.count != Rule::kNoEnd) Put("count", absl::StrCat(rule.count), out);
  if (rule.every != 1) Put("every", absl::StrCat(rule.every), out);
  if (rule.probability != 1) Put("probability", absl::StrCat(rule.probability), out);
  if (!rule.at.empty()) Put("at", AtText(rule), out);
  Put("do", Json(DoText(rule.act)), out);
  PutParameters(rule, out);
  return out + "}";
}

}  // namespace

absl::string_view DoText(Do act) { return AbilityOf(act).name; }

const std::vector<Ability>& Abilities() {
  static const auto* const abilities = new std::vector<Ability>{
      {Do::kClose, "close", {On::kConnect}, "", ""},
      {Do::kRefuse, "refuse", {On::kConnect, On::kSubscribe}, "", ""},
      {Do::kInactive, "inactive", {On::kConnect}, "", ""},
      {Do::kCutBeforeSuback, "cut_before_suback", {On::kSubscribe}, "", ""},
      {Do::kCutAfterSuback, "cut_after_suback", {On::kSubscribe}, "", ""},
      {Do::kCutBeforePuback, "cut_before_puback", {On::kRequest}, "", "taken"},
      {Do::kCutAfterPuback, "cut_after_puback", {On::kRequest}, "", ""},
      {Do::kSwallow, "swallow", {On::kRequest}, "", ""},
      {Do::kReject, "reject", {On::kRequest, On::kHttps}, "code", ""},
      {Do::kDelay, "delay", {On::kRequest, On::kAnswer, On::kDeliver, On::kHttps}, "ms", ""},
      {Do::kDuplicate, "duplicate", {On::kRequest, On::kAnswer, On::kDeliver}, "", ""},
      {Do::kDrop, "drop", {On::kAnswer, On::kDeliver}, "", ""},
      {Do::kReorder, "reorder", {On::kAnswer}, "", "ms"},
      {Do::kToken, "token", {On::kAnswer}, "token", ""},
      {Do::kSkew, "skew", {On::kAnswer}, "seconds", ""},
      {Do::kTruncate, "truncate", {On::kAnswer}, "bytes", ""},
      {Do::kThrottle, "throttle", {On::kDeliver}, "per_second", ""},
      {Do::kCut, "cut", {On::kDeliver}, "", ""},
      {Do::kLose, "lose", {On::kSession}, "", ""},
      {Do::kAway, "away", {On::kSession}, "", ""},
  };
  return *abilities;
}

const Ability& AbilityOf(Do act) { return Abilities()[static_cast<size_t>(act)]; }

absl::Span<const int> RejectCodes() {
  static constexpr int kCodes[] = {400, 401, 403, 404, 409, 413, 429, 500};
  return kCodes;
}

std::string PlanText(const Plan& plan) {
  std::string out = "{";
  Put("name", Json(plan.name), out);
  Put("seed", absl::StrCat(plan.seed), out);
  Put("for", Json(DurationText(plan.for_ms)), out);
  std::string rules = "[";
  for (const Rule& rule : plan.rules) {
    absl::StrAppend(&rules, rules.back() == '[' ? "" : ",", RuleText(rule));
  }
  Put("rules", rules + "]", out);
  return out + "}";
}

std::optional<int64_t> ParseDuration(absl::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  int64_t number;
  if (!absl::SimpleAtoi(text.substr(0, digits), &number)) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (text.substr(digits) != unit.name) continue;
    if (number < 1 || number > kDurationMsMax / unit.ms) return std::nullopt;
    return number * unit.ms;
  }
  return std::nullopt;
}

std::string DurationText(int64_t ms) {
  const auto* const unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                        [&](const Unit& each) { return ms % each.ms == 0; });
  return absl::StrCat(ms / unit->ms, unit->name);
}

bool IsPlanName(absl::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  });
}

}  // namespace faults
