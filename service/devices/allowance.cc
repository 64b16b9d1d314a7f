#include "service/devices/allowance.h"

#include <algorithm>

namespace service {

void Allowance::Purse::Fill(double most, double per_second, int64_t now_ms) {
  const int64_t passed_ms = std::max<int64_t>(now_ms - at_ms, 0);
  left = std::min(most, left + per_second * static_cast<double>(passed_ms) / 1000);
  at_ms = now_ms;
}

bool Allowance::Take(uint64_t connection, int64_t now_ms) {
  of_all_.Fill(kAllAtOnce, kAllPerSecond, now_ms);
  if (of_all_.left < 1) return false;
  if (of_connections_.size() >= kConnectionsMax) Forget(now_ms);
  const bool is_known = of_connections_.contains(connection);
  if (!is_known && of_connections_.size() >= kConnectionsMax) return false;
  Purse& own = of_connections_[connection];
  if (!is_known) own = {.left = kAtOnce, .at_ms = now_ms};
  own.Fill(kAtOnce, kPerSecond, now_ms);
  if (own.left < 1) return false;
  --own.left;
  --of_all_.left;
  return true;
}

void Allowance::Forget(int64_t now_ms) {
  absl::erase_if(of_connections_, [&](auto& one) {
    one.second.Fill(kAtOnce, kPerSecond, now_ms);
    return one.second.left >= kAtOnce;
  });
}

}  // namespace service
