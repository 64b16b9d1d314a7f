// Shadows that an operator brings (shadowctl shadow import) on their way to the one thread that
// commits. Whoever brings them waits; bounded by the connections of the admin socket.
//
// Thread rule: Bring from any thread but the link's; the rest on the link's.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "storage/import.h"

namespace service {

class Intake {
 public:
  using Result = absl::StatusOr<storage::Imported>;
  using Import = std::function<Result(std::vector<storage::Write> records, bool replace)>;

  // `wake` makes the link's thread call Serve; it may be called from any thread.
  explicit Intake(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Gives what became of them, once it is certain. Unavailable: the service is to end.
  Result Bring(std::vector<storage::Write> records, bool replace);

  // Imports one batch that waits, so that devices wait no longer than for one; wakes again for the
  // next.
  void Serve(const Import& import);

  // Nothing is served any more: tells all.
  void Close();

 private:
  struct Waiting {
    std::vector<storage::Write> records;
    bool replace = false;
    Result result = storage::Imported();
    bool done = false;
  };

  const std::function<void()> wake_;
  absl::Mutex mutex_;
  std::vector<Waiting*> waiting_ ABSL_GUARDED_BY(mutex_);  // oldest first
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace service
