#include "plugin/refusal_log.h"

#include <utility>

#include "absl/hash/hash.h"
#include "proto/refusals.h"

namespace plugin {

bool RefusalLog::Wants(absl::string_view who, absl::string_view action, absl::string_view name) {
  const size_t hash = absl::HashOf(who, action, name);
  if (told_.contains(hash)) return false;
  if (told_.size() >= kLinesMax) {
    ++untold_;
    return false;
  }
  told_.insert(hash);
  return true;
}

void RefusalLog::Keep(Told told) {
  if (kept_.size() == kLinesMax) kept_.erase(kept_.begin());
  kept_.push_back(std::move(told));
}

std::string RefusalLog::TakeEnvelope(uint64_t epoch, int64_t wall_ms) {
  if (kept_.empty()) return "";
  std::vector<proto::AccessRefusal> refusals;
  refusals.reserve(kept_.size());
  for (const Told& one : kept_) {
    refusals.push_back({.at_ms = wall_ms,
                        .client_id = one.client_id,
                        .principal = one.principal,
                        .address = one.address,
                        .thing = one.thing,
                        .action = one.action,
                        .name = one.name,
                        .reason = one.reason});
  }
  std::string envelope = proto::EncodeRefusals(epoch, refusals);
  kept_.clear();
  return envelope;
}

uint64_t RefusalLog::Tick(int64_t now_us) {
  if (now_us - period_began_us_ < kPeriodUs) return 0;
  period_began_us_ = now_us;
  told_.clear();
  return std::exchange(untold_, 0);
}

}  // namespace plugin
