// Whether this shadowd is the active one or stands by (storage/ownership.h), and how often that
// changed. Lives as long as the process.
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace service {

// Why an active shadowd is it no more.
enum class StepDown {
  kStopped,     // it was told to end
  kHandedOver,  // it was told to hand over
  kFenced,      // another one has taken the store over
  kOverdue,     // the store could not be reached for so long that another one may have
};

// As the log and the metrics have it.
absl::string_view StepDownName(StepDown why);

class Standing {
 public:
  struct Values {
    bool active = false;
    std::string owner{};   // who is active instead, as far as is known; empty: nobody
    std::string awaits{};  // of one that stands by: what keeps it from the store; empty: nothing
    int64_t life = 0;      // of the store's owner, as far as is known; 0: none is
    uint64_t taken = 0;
    uint64_t handed_over = 0;
    uint64_t fenced = 0;
    uint64_t overdue = 0;
    uint64_t lost_commits = 0;  // how often the store had forgotten what it had committed
  };

  Values Read() const ABSL_LOCKS_EXCLUDED(mutex_);

  void IsActive(int64_t life) ABSL_LOCKS_EXCLUDED(mutex_);
  void SteppedDown(StepDown why, bool lost_commits) ABSL_LOCKS_EXCLUDED(mutex_);
  void StandsBy(std::string owner, int64_t life) ABSL_LOCKS_EXCLUDED(mutex_);
  void Awaits(absl::string_view cause) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  Values values_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace service
