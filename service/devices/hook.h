// Who is asked before a device is provisioned (F12): a command of whoever runs shadowd, in the
// place of AWS's Lambda function. It is run by the shell, gets the question as JSON on its standard
// input and answers on its standard output, within 5 seconds; then it is ended.
//
// Thread rule: any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace service {

class Hook {
 public:
  static constexpr absl::Duration kTime = absl::Seconds(5);
  static constexpr size_t kAtOnce = 4;
  static constexpr size_t kWaitingMax = 64;
  static constexpr size_t kAnswerBytesMax = 64 * 1024;

  explicit Hook(std::string command, absl::Duration time = kTime);
  // Ends what is under way; who waits is told Unavailable.
  ~Hook();
  Hook(const Hook&) = delete;
  Hook& operator=(const Hook&) = delete;

  // What the command said. DeadlineExceeded: it took too long; ResourceExhausted: too many wait
  // already; else why there is no answer: it failed, or said too much.
  using Told = std::function<void(absl::StatusOr<std::string>)>;

  // `told` is called once, on a thread of the hook, or at once on this one if it cannot wait.
  void Ask(std::string question, Told told) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Request {
    std::string question;
    Told told;
  };

  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::string> Perform(const std::string& question);

  const std::string command_;
  const absl::Duration time_;
  absl::Mutex mutex_;
  std::deque<Request> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  int end_[2] = {-1, -1};             // a pipe: its reading end is at its end when all shall end
  std::vector<std::thread> threads_;  // the last one: they use all of the above
};

}  // namespace service
