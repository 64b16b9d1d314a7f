// Who was refused what by identity and policy of late, as the plugin tells it
// (docs/link-format.md, refusals), in the words of docs/console-api.md.
//
// Thread rule: Hear on the link's thread, After on any; SetHeard before the first Hear.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"

namespace service {

class Refusals {
 public:
  // The latest are kept.
  static constexpr size_t kKeptMax = 200;

  struct Line {
    uint64_t number;   // 1 and up, in the order in which they came
    std::string json;  // one object
  };

  // `keeps`: somebody may ask. If not, what comes is dropped. Both others outlive this.
  Refusals(bool keeps, Counters& counters, Log& log)
      : keeps_(keeps), counters_(counters), log_(log) {}

  // Called by Hear when some have come.
  void SetHeard(std::function<void()> heard) { heard_ = std::move(heard); }

  // True if the envelope holds refusals. One that does not decode is counted and logged.
  bool Hear(absl::string_view envelope) ABSL_LOCKS_EXCLUDED(mutex_);

  // Those that are kept and have a larger number, the oldest first.
  std::vector<Line> After(uint64_t number) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const bool keeps_;
  Counters& counters_;
  Log& log_;
  std::function<void()> heard_;

  mutable absl::Mutex mutex_;
  std::deque<Line> lines_ ABSL_GUARDED_BY(mutex_);  // the oldest first
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace service
