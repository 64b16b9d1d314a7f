// A thread for what may wait, a connect to the broker, so that nobody else does. It is started with
// the first.
//
// Thread rule: Do from any thread.
#pragma once

#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace service {

class Dialer {
 public:
  Dialer() = default;
  // Waits for the one that is under way; the others are dropped.
  ~Dialer() ABSL_LOCKS_EXCLUDED(mutex_);
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  // One after the other.
  void Do(std::function<void()> work) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace service
