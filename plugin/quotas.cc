#include "plugin/quotas.h"

#include <algorithm>

namespace plugin {
namespace {

constexpr size_t kThingsMax = 1u << 16;
constexpr int64_t kSecondUs = 1'000'000;  // an empty bucket is full again after it

}  // namespace

Quotas::Verdict Quotas::Take(uint64_t connection, absl::string_view thing, int64_t now_us) {
  if (limits_.in_flight > 0) {
    const auto unanswered = in_flight_.find(connection);
    if (unanswered != in_flight_.end() && unanswered->second >= limits_.in_flight) {
      return Verdict::kInFlight;
    }
  }
  if (limits_.thing_rate > 0 && !thing.empty() && !Spend(thing, now_us)) return Verdict::kThingRate;
  if (limits_.in_flight > 0) ++in_flight_[connection];
  return Verdict::kWithin;
}

void Quotas::Answered(uint64_t connection) {
  const auto unanswered = in_flight_.find(connection);
  if (unanswered != in_flight_.end() && --unanswered->second == 0) in_flight_.erase(unanswered);
}

bool Quotas::Spend(absl::string_view thing, int64_t now_us) {
  ForgetFull(now_us);
  const auto rate = static_cast<int64_t>(limits_.thing_rate);
  const int64_t one_us = kSecondUs / rate;  // until one spent token is back
  auto bucket = full_at_us_.find(thing);
  if (bucket == full_at_us_.end()) {
    if (full_at_us_.size() >= kThingsMax) return false;
    bucket = full_at_us_.emplace(thing, now_us).first;
  }
  const int64_t full_at_us = std::max(bucket->second, now_us);
  if (full_at_us - now_us > (rate - 1) * one_us) return false;
  bucket->second = full_at_us + one_us;
  return true;
}

void Quotas::ForgetFull(int64_t now_us) {
  if (now_us - forgot_us_ < kSecondUs) return;
  forgot_us_ = now_us;
  absl::erase_if(full_at_us_, [&](const auto& bucket) { return bucket.second <= now_us; });
}

}  // namespace plugin
