#include "service/tenure.h"

#include <algorithm>

namespace service {
namespace {

// While the store cannot be reached.
constexpr int kRetryMs = 200;

}  // namespace

int Tenure::Renew() {
  if (!over_ && hand_over_) over_ = StepDown::kHandedOver;
  if (over_) return 0;
  const auto next_ms = ownership_.RenewIfDue();
  if (next_ms.ok()) return *next_ms;
  if (absl::IsPermissionDenied(next_ms.status())) {
    over_ = StepDown::kFenced;
  } else if (!Holds()) {
    over_ = StepDown::kOverdue;
  }
  return over_ ? 0 : kRetryMs;
}

absl::Status Tenure::AskHandOver() {
  if (!ownership_.IsShared()) {
    return absl::UnimplementedError(
        "a store in a folder is one shadowd's alone; with --store=postgresql://… another one can "
        "stand by");
  }
  hand_over_ = true;
  wake_();
  return absl::OkStatus();
}

void Tenure::GiveUp(StepDown why) {
  // What another one has is not given up; else whoever stands by waits until its time is over.
  if (why != StepDown::kFenced) ownership_.GiveUp().IgnoreError();
}

}  // namespace service
