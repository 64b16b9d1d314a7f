#include "service/watch/standing.h"

#include <utility>

namespace service {

absl::string_view StepDownName(StepDown why) {
  switch (why) {
    case StepDown::kStopped:
      return "stopped";
    case StepDown::kHandedOver:
      return "handed_over";
    case StepDown::kFenced:
      return "fenced";
    case StepDown::kOverdue:
      return "overdue";
  }
  return "";
}

Standing::Values Standing::Read() const {
  const absl::MutexLock lock(&mutex_);
  return values_;
}

void Standing::IsActive(int64_t life) {
  const absl::MutexLock lock(&mutex_);
  values_.active = true;
  values_.owner.clear();
  values_.awaits.clear();
  values_.life = life;
  ++values_.taken;
}

void Standing::SteppedDown(StepDown why, bool lost_commits) {
  const absl::MutexLock lock(&mutex_);
  values_.active = false;
  if (why == StepDown::kHandedOver) ++values_.handed_over;
  if (why == StepDown::kFenced) ++values_.fenced;
  if (why == StepDown::kOverdue) ++values_.overdue;
  if (lost_commits) ++values_.lost_commits;
}

void Standing::StandsBy(std::string owner, int64_t life) {
  const absl::MutexLock lock(&mutex_);
  values_.owner = std::move(owner);
  values_.awaits.clear();
  values_.life = life;
}

void Standing::Awaits(absl::string_view cause) {
  const absl::MutexLock lock(&mutex_);
  values_.awaits = std::string(cause);
}

}  // namespace service
