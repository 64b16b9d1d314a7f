// The way of single requests, for whoever asks for those of one thing (`shadowctl trace`). While
// nobody asks it costs a group one look at a number.
//
// Thread rule: any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "service/commit/handler.h"

namespace service {

// When a group came to what; microseconds after it was taken.
struct GroupTimes {
  int64_t handled_us = 0;    // all its answers were worded
  int64_t committed_us = 0;  // what it changed was stored
  int64_t answered_us = 0;   // its answers were given to the link
};

// Something that went wrong on purpose (docs/faults.md).
struct TracedFault {
  absl::string_view way;  // "mqtt", "https"
  absl::string_view thing;
  absl::string_view client{};  // empty: not known, as below
  absl::string_view topic{};
  absl::string_view text;  // "late#12:delay:840"
};

class Trace {
 public:
  // Somebody who follows one thing, for as long as it lives. Outlived by its trace.
  class Follower {
   public:
    ~Follower();

    struct Lines {
      std::vector<std::string> lines{};
      uint64_t lost = 0;  // before them
    };
    // All that have come, at once.
    Lines Take();

    // The next line, one JSON object without a line's end; nothing if none came in time. A follower
    // that is too slow loses lines, and is told how many.
    std::optional<std::string> Next(absl::Duration timeout);

   private:
    friend class Trace;
    Follower(Trace& trace, std::string thing, std::function<void()> come)
        : trace_(trace), thing_(std::move(thing)), come_(std::move(come)) {}

    Trace& trace_;
    const std::string thing_;
    const std::function<void()> come_;
    absl::Mutex mutex_;
    std::deque<std::string> lines_ ABSL_GUARDED_BY(mutex_);
    uint64_t lost_ ABSL_GUARDED_BY(mutex_) = 0;
  };

  // `come` is called whenever there are lines where there were none, by who tells of them; it must
  // not ask for them itself. Null: nobody is to be told.
  std::unique_ptr<Follower> Follow(absl::string_view thing, std::function<void()> come = nullptr);

  bool is_followed() const { return followers_count_ != 0; }

  // Tells the followers of a group that was answered: `codes` are of `asks`, in their order.
  void Tell(absl::Span<const Ask> asks, absl::Span<const int> codes, const GroupTimes& times);

  void Tell(const TracedFault& fault);

 private:
  void Leave(Follower* follower);
  static void Put(std::string line, Follower& follower)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(follower.mutex_);

  std::atomic<size_t> followers_count_ = 0;
  absl::Mutex mutex_;
  std::vector<Follower*> followers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace service
