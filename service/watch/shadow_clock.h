// The time that shadows live by: of their timestamps, of what is kept for a while after a delete,
// and of their history. It is the machine's unless a test bench has moved it; what the machine's
// clock is for, such as signatures, certificates, waits and metrics, does not ask here. Nothing of
// it is stored: it begins as the machine's.
//
// Thread rule: any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>

#include "absl/status/status.h"

namespace service {

class ShadowClock {
 public:
  static constexpr int64_t kLatest = 253402300799;  // the last second of the year 9999

  struct Reading {
    int64_t now = 0;             // epoch seconds
    int64_t offset_seconds = 0;  // how far it is ahead of the machine's
    bool frozen = false;

    friend bool operator==(const Reading&, const Reading&) = default;
  };

  // `machine`: epoch seconds of the machine's clock.
  explicit ShadowClock(int64_t (*machine)() = &MachineNow) : machine_(machine) {}

  static int64_t MachineNow() { return static_cast<int64_t>(std::time(nullptr)); }

  int64_t Now() const { return NowOf(setting_.load(std::memory_order_relaxed)); }
  Reading Read() const;

  // Has it run so far ahead of the machine's; less than nothing: behind it. InvalidArgument: it
  // would not be between 1970 and the year 9999.
  absl::Status SetOffset(int64_t seconds);
  // Has it stand at this time. InvalidArgument: as above.
  absl::Status Freeze(int64_t now);
  void Reset() { setting_ = 0; }

 private:
  // What it is set to, in one number: an offset doubled, or the time at which it stands doubled and
  // one more. 0: it is the machine's.
  int64_t NowOf(int64_t setting) const {
    if (setting == 0) return machine_();
    return (setting & 1) != 0 ? setting >> 1 : machine_() + (setting >> 1);
  }

  int64_t (*const machine_)();
  std::atomic<int64_t> setting_ = 0;
};

}  // namespace service
