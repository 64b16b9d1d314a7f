#include "service/link/refusals.h"

#include "absl/strings/str_cat.h"
#include "proto/refusals.h"
#include "shadow/json.h"

namespace service {
namespace {

std::string RefusalJson(const proto::AccessRefusal& refusal) {
  std::string json = absl::StrCat("{\"at\":", refusal.at_ms);
  const auto print = [&](absl::string_view name, absl::string_view text) {
    if (text.empty()) return;
    absl::StrAppend(&json, ",\"", name, "\":");
    shadow::PrintJsonString(text, json);
  };
  print("clientId", refusal.client_id);
  print("certificate", refusal.principal);
  print("address", refusal.address);
  print("thing", refusal.thing);
  print("action", refusal.action);
  print("resource", refusal.name);
  print("reason", refusal.reason);
  json += '}';
  return json;
}

}  // namespace

bool Refusals::Hear(absl::string_view envelope) {
  if (!proto::IsRefusals(envelope)) return false;
  const auto refusals = proto::DecodeRefusals(envelope);
  if (!refusals.ok()) {
    counters_.EnvelopeRefused();
    log_.Error("envelope_refused", {{"cause", refusals.status().message()}});
    return true;
  }
  if (!keeps_) return true;
  {
    const absl::MutexLock lock(&mutex_);
    for (const proto::AccessRefusal& refusal : *refusals) {
      lines_.push_back({.number = ++last_number_, .json = RefusalJson(refusal)});
      if (lines_.size() > kKeptMax) lines_.pop_front();
    }
  }
  if (heard_ != nullptr) heard_();
  return true;
}

std::vector<Refusals::Line> Refusals::After(uint64_t number) const {
  const absl::MutexLock lock(&mutex_);
  std::vector<Line> after;
  for (const Line& line : lines_) {
    if (line.number > number) after.push_back(line);
  }
  return after;
}

}  // namespace service
