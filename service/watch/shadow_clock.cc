#include "service/watch/shadow_clock.h"

namespace service {
namespace {

absl::Status CheckTime(int64_t now) {
  if (now >= 0 && now <= ShadowClock::kLatest) return absl::OkStatus();
  return absl::InvalidArgumentError("The clock can be set to the years 1970 to 9999");
}

}  // namespace

ShadowClock::Reading ShadowClock::Read() const {
  const int64_t setting = setting_;
  const int64_t now = NowOf(setting);
  const bool frozen = (setting & 1) != 0;
  return {.now = now, .offset_seconds = frozen ? now - machine_() : setting >> 1, .frozen = frozen};
}

absl::Status ShadowClock::SetOffset(int64_t seconds) {
  if (seconds > kLatest || seconds < -kLatest) return CheckTime(-1);
  absl::Status status = CheckTime(machine_() + seconds);
  if (status.ok()) setting_ = seconds * 2;
  return status;
}

absl::Status ShadowClock::Freeze(int64_t now) {
  absl::Status status = CheckTime(now);
  if (status.ok()) setting_ = now * 2 + 1;
  return status;
}

}  // namespace service
