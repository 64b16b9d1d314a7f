// SIGHUP: the sign by which a running shadowd is told to look at its settings again.
#pragma once

#include <functional>
#include <thread>

namespace service {

class Hangup {
 public:
  // Keeps the signal from ending the process: before any thread is started.
  static void Hold();

  // From here on `reread` is called for each signal, on a thread of its own.
  explicit Hangup(std::function<void()> reread);
  ~Hangup();
  Hangup(const Hangup&) = delete;
  Hangup& operator=(const Hangup&) = delete;

 private:
  void Wait();

  const std::function<void()> reread_;
  const int signals_;  // readable: there was one
  const int end_;      // readable: no more
  std::thread thread_;
};

}  // namespace service
