#include "faults/plans.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/chance.h"
#include "policy/json_tree.h"

namespace faults {
namespace {

// Not every rule that looks at connections acts on one that stands already, or that ends.
bool ActsThen(Do act, const Event& event) {
  if (event.stands && event.on == On::kConnect) return act == Do::kInactive;
  return event.on != On::kSession || event.begins == (act == Do::kAway);
}

}  // namespace

std::string Decision::Text() const {
  std::string text = absl::StrCat(rule->id, "#", k, ":", DoText(rule->act));
  if (rule->act == Do::kDelay || rule->act == Do::kReorder) absl::StrAppend(&text, ":", ms);
  if (rule->act == Do::kReject) absl::StrAppend(&text, ":", rule->code);
  return text;
}

absl::Status Plans::Start(Plan plan, int64_t now_us) {
  for (const auto& running : running_) {
    if (running->plan.name != plan.name) continue;
    return absl::AlreadyExistsError(
        absl::StrCat("a plan called ", plan.name, " is in force; stop it, or call this another"));
  }
  if (running_.size() == kPlansMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat(kPlansMax, " plans are in force, and no more can be; stop one"));
  }
  ended_.erase(std::remove_if(ended_.begin(), ended_.end(),
                              [&](const auto& each) { return each->plan.name == plan.name; }),
               ended_.end());
  auto running = std::make_unique<Running>();
  running->ends_us = now_us + plan.for_ms * 1000;
  running->counts.resize(plan.rules.size());
  running->plan = std::move(plan);
  running_.push_back(std::move(running));
  Refresh();
  return absl::OkStatus();
}

bool Plans::Stop(absl::string_view name) {
  const auto found = std::find_if(running_.begin(), running_.end(),
                                  [&](const auto& each) { return each->plan.name == name; });
  if (found == running_.end()) return false;
  End(found);
  return true;
}

std::vector<std::string> Plans::StopOverdue(int64_t now_us) {
  std::vector<std::string> names;
  for (const auto& running : running_) {
    if (running->ends_us <= now_us) names.push_back(running->plan.name);
  }
  for (const std::string& name : names) Stop(name);
  return names;
}

void Plans::End(std::vector<std::unique_ptr<Running>>::iterator which) {
  for (RuleCounts& counts : (*which)->counts) {
    keys_ -= counts.by_key.size();
    absl::erase_if(counts.by_key, [](const auto& each) { return each.second.at.empty(); });
  }
  ended_.push_back(std::move(*which));
  running_.erase(which);
  if (ended_.size() > kPlansMax) ended_.pop_front();
  Refresh();
}

void Plans::Refresh() {
  looks_ = 0;
  for (const auto& running : running_) {
    for (const Rule& rule : running->plan.rules) looks_ |= 1u << static_cast<unsigned>(rule.on);
  }
}

std::vector<std::string> Plans::Names() const {
  std::vector<std::string> names;
  for (const auto& running : running_) names.push_back(running->plan.name);
  return names;
}

std::optional<Decision> Plans::Decide(const Event& event, absl::string_view only_plan) {
  if (!Looks(event.on)) return std::nullopt;
  std::optional<Decision> first;
  for (const auto& running : running_) {
    if (!only_plan.empty() && running->plan.name != only_plan) continue;
    for (size_t rule = 0; rule < running->plan.rules.size(); ++rule) {
      Decision decision;
      if (Fires(*running, rule, event, decision) && !first) first = decision;
    }
  }
  return first;
}

// Counts the event if it is one of the rule's.
bool Plans::Fires(Running& running, size_t at, const Event& event, Decision& decision) {
  const Rule& rule = running.plan.rules[at];
  if (rule.on != event.on || !ActsThen(rule.act, event) || !rule.where.Matches(event)) return false;
  RuleCounts& counts = running.counts[at];
  ++counts.matched;
  const absl::string_view key = event.key();
  auto found = counts.by_key.find(key);
  if (found == counts.by_key.end()) {
    if (keys_ == kKeysMax) return false;
    ++keys_;
    found = counts.by_key.try_emplace(std::string(key)).first;
  }
  Counted& counted = found->second;
  const uint64_t k = counted.matched++;
  const uint64_t mixed = Mix(running.plan.seed, rule.id, key, k);
  if (!IsPlace(rule, counted, key, k, mixed)) return false;
  ++counted.fired;
  ++counts.fired;
  if (running.recorded < kRecordedMax) {
    ++running.recorded;
    counted.at.push_back(k);
  } else {
    running.is_recorded_whole = false;
  }
  decision = {.rule = &rule,
              .plan = running.plan.name,
              .k = k,
              .ms = Choose(mixed, rule.least_ms, rule.most_ms)};
  return true;
}

bool Plans::IsPlace(const Rule& rule, const Counted& counted, absl::string_view key, uint64_t k,
                    uint64_t mixed) {
  if (!rule.at.empty()) {
    const auto places = rule.at.find(key);
    return places != rule.at.end() &&
           std::binary_search(places->second.begin(), places->second.end(), k);
  }
  if (k < rule.skip || (k - rule.skip) % rule.every != 0 || counted.fired >= rule.count) {
    return false;
  }
  return rule.probability == 1 || Chance(mixed) < rule.probability;
}

std::string Plans::List(int64_t now_us) const {
  std::string out = "[";
  for (const auto& running : running_) {
    absl::StrAppend(&out, out.back() == '[' ? "" : ",", "{\"name\":\"", running->plan.name,
                    "\",\"seed\":", running->plan.seed,
                    ",\"endsInMs\":", std::max<int64_t>(0, (running->ends_us - now_us) / 1000),
                    ",\"rules\":[");
    for (size_t i = 0; i < running->counts.size(); ++i) {
      const Rule& rule = running->plan.rules[i];
      absl::StrAppend(&out, i == 0 ? "" : ",", "{\"id\":\"", rule.id, "\",\"on\":\"",
                      OnText(rule.on), "\",\"do\":\"", DoText(rule.act),
                      "\",\"matched\":", running->counts[i].matched,
                      ",\"fired\":", running->counts[i].fired, "}");
    }
    out += "]}";
  }
  return out + "]";
}

const Plans::Running* Plans::Find(absl::string_view name) const {
  for (const auto& running : running_) {
    if (running->plan.name == name) return running.get();
  }
  for (const auto& ended : ended_) {
    if (ended->plan.name == name) return ended.get();
  }
  return nullptr;
}

absl::StatusOr<std::string> Plans::Record(absl::string_view name) const {
  const Running* const running = Find(name);
  if (running == nullptr) {
    return absl::NotFoundError(absl::StrCat("no plan called ", name, " is or was in force"));
  }
  Plan record = running->plan;
  record.rules.clear();
  for (size_t i = 0; i < running->counts.size(); ++i) {
    Rule rule = running->plan.rules[i];
    rule.skip = 0;
    rule.count = Rule::kNoEnd;
    rule.every = 1;
    rule.probability = 1;
    rule.at.clear();
    for (const auto& [key, counted] : running->counts[i].by_key) {
      if (!counted.at.empty()) rule.at[key] = counted.at;
    }
    if (!rule.at.empty()) record.rules.push_back(std::move(rule));
  }
  if (record.rules.empty()) {
    return absl::NotFoundError(
        absl::StrCat("the plan ", name, " has done nothing that could be repeated"));
  }
  std::string text = PlanText(record);
  if (!running->is_recorded_whole || text.size() > policy::kFileBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the plan ", name, " has done more than a plan of ", policy::kFileBytesMax,
                     " bytes can say; its seed repeats it, too"));
  }
  return text;
}

}  // namespace faults
