// Other work of other threads for the thread that commits, in one call each and between two groups:
// for a test bench, which removes all shadows or brings them back.
//
// Thread rule: Put from any thread; the rest on the link's.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "service/commit/snapshots.h"

namespace service {

class Errands {
 public:
  // Called once, on the link's thread or by Put; with null: the service is to end.
  using Errand = std::function<void(Snapshots* snapshots)>;

  // `wake` makes the link's thread call Serve; it may be called from any thread.
  explicit Errands(std::function<void()> wake) : wake_(std::move(wake)) {}

  void Put(Errand errand) ABSL_LOCKS_EXCLUDED(mutex_);

  // Runs all that wait.
  void Serve(Snapshots& snapshots) ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing is served any more: tells all.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::function<void()> wake_;
  absl::Mutex mutex_;
  std::vector<Errand> waiting_ ABSL_GUARDED_BY(mutex_);  // oldest first
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace service
