#include "service/console/throttle.h"

#include <algorithm>

namespace service {

int64_t Throttle::WaitMs(absl::string_view key, int64_t now_ms) const {
  const auto found = records_.find(key);
  return found == records_.end() ? 0 : std::max<int64_t>(0, found->second.until_ms - now_ms);
}

void Throttle::Failed(absl::string_view key, int64_t now_ms) {
  if (records_.size() >= kKeysMax && !records_.contains(key)) MakeRoom(now_ms);
  Record& record = records_[key];
  if (now_ms - record.last_ms > kForgetMs) record = {};
  record.last_ms = now_ms;
  if (++record.failures < kFreeFailures) return;
  int64_t wait = kFirstWaitMs;
  for (int i = kFreeFailures; i < record.failures && wait < kMostWaitMs; ++i) wait *= 2;
  record.until_ms = now_ms + std::min(wait, kMostWaitMs);
}

void Throttle::Succeeded(absl::string_view key) { records_.erase(key); }

void Throttle::MakeRoom(int64_t now_ms) {
  absl::erase_if(records_,
                 [&](const auto& one) { return now_ms - one.second.last_ms > kForgetMs; });
  if (records_.size() < kKeysMax) return;
  records_.erase(std::min_element(
      records_.begin(), records_.end(),
      [](const auto& a, const auto& b) { return a.second.last_ms < b.second.last_ms; }));
}

}  // namespace service
