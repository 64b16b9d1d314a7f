#include "plugin/refusal_log.h"

#include <utility>

#include "absl/hash/hash.h"

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

uint64_t RefusalLog::Tick(int64_t now_us) {
  if (now_us - period_began_us_ < kPeriodUs) return 0;
  period_began_us_ = now_us;
  told_.clear();
  return std::exchange(untold_, 0);
}

}  // namespace plugin
