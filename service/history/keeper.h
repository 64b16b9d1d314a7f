// Holds the history to what all of it may take on the disk, and rids the disk of what was removed.
// It looks now and then, on a thread of its own; there it also waits for the rewriting, which
// commits go on beside.
//
// History that takes a fifth more than it may is cut to a fifth less: it is cut seldom, since each
// time all that is kept is written anew, and takes what it may on average. Floors of change numbers
// are raised for that, by the share that is too much: the oldest reports and events go first, and
// wishes only when no report is left. The feed has a bound of its own.
#pragma once

#include <atomic>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "service/watch/log.h"
#include "storage/history_bounds.h"
#include "storage/statistics.h"
#include "storage/store.h"

namespace service {

// Where `floors` have to be so that what `kept` tells of comes back within `bounds`; as they are
// where nothing is too much.
storage::HistoryFloors FloorsFor(const storage::HistoryStatistics& kept,
                                 const storage::HistoryBounds& bounds,
                                 const storage::HistoryFloors& floors);

class HistoryKeeper {
 public:
  struct Settings {
    storage::HistoryBounds bounds{};
    absl::Duration interval = absl::Seconds(10);  // between two looks
    absl::Duration respite = absl::Hours(1);      // after a rewriting that failed
  };

  // `store` and `log` outlive the keeper.
  HistoryKeeper(const Settings& settings, storage::Store& store, Log& log);

  // Ends a rewriting that is under way.
  ~HistoryKeeper();

  // Raises the floors if that is asked for. On the thread that commits, often.
  void RaiseIfAsked() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run();
  bool Wait(absl::Duration time) ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether what is too much has been rewritten; false: it could not be.
  bool Look();
  bool HaveRaised(const storage::HistoryFloors& floors) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Compact() ABSL_LOCKS_EXCLUDED(mutex_);

  const Settings settings_;
  storage::Store& store_;
  Log& log_;
  std::atomic<bool> stop_compacting_ = false;  // the store may set it, too
  absl::Mutex mutex_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<storage::HistoryFloors> asked_ ABSL_GUARDED_BY(mutex_);
  absl::Status raised_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // the last member: uses all others
};

}  // namespace service
