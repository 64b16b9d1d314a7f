// Counts the documents and tombstones of the store beside the work, when shadowd starts and once a
// day. In between the counters (counters.h) keep the numbers up with what is committed.
//
// Exact at any time, but for tombstones that expired since: those go with a compaction, which
// tells nobody, and are missed by the next census.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>

#include "service/watch/counters.h"
#include "service/watch/log.h"
#include "storage/store.h"

namespace service {

class Census {
 public:
  // All outlive the census. `now` gives epoch seconds, on any thread.
  Census(const storage::Store& store, std::function<int64_t()> now, Counters& counters, Log& log);

  // Ends a count that is under way.
  ~Census();

  // Begins a count if it is time for one. On the thread that commits: what it commits from here on
  // is not seen by the count, all before is.
  void BeginIfDue();

 private:
  using Clock = std::chrono::steady_clock;

  void Join();

  const storage::Store& store_;
  const std::function<int64_t()> now_;
  Counters& counters_;
  Log& log_;
  std::optional<Clock::time_point> begun_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace service
