// Things whose history is to be forgotten (shadowctl shadow forget, DELETE over HTTPS), on their
// way to the one thread that commits.
//
// Thread rule: Put from any thread; the rest on the link's.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace service {

class Forgetting {
 public:
  // Told what became of it, once that is certain; on the link's thread, or by Put.
  using Done = std::function<void(const absl::Status&)>;

  // `wake` makes the link's thread call Serve; it may be called from any thread.
  explicit Forgetting(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Unavailable: the service is to end.
  void Put(std::string thing, Done done) ABSL_LOCKS_EXCLUDED(mutex_);

  // Has `forget` take one thing after the other.
  void Serve(const std::function<absl::Status(absl::string_view thing)>& forget)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing is served any more: tells all.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Waiting {
    std::string thing;
    Done done;
  };

  std::vector<Waiting> Take(bool last) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::function<void()> wake_;
  absl::Mutex mutex_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);  // oldest first
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace service
