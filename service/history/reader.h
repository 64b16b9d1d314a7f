// Where questions about the past are answered: on a thread of its own, behind everything else that
// the machine has to do, so that neither the thread that commits nor that of HTTP waits for it. A
// question is worked on for one slice; then the next one that waits has its turn.
//
// Thread rule: any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace service {

inline constexpr size_t kQuestionsMax = 64;  // that wait
inline constexpr size_t kSliceEntriesMax = 10000;
inline constexpr std::chrono::milliseconds kSliceTimeMax{200};
// Of one question: 10 seconds, or half a million entries.
inline constexpr size_t kSlicesMax = 50;

// What a question may take before others have their turn.
class Slice {
 public:
  explicit Slice(size_t entries = kSliceEntriesMax, std::chrono::milliseconds time = kSliceTimeMax)
      : entries_left_(entries), until_(Clock::now() + time) {}

  // One more entry is to be read. False: not in this slice.
  bool Take() {
    if (entries_left_ == 0 || Clock::now() >= until_) return false;
    --entries_left_;
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;

  size_t entries_left_;
  Clock::time_point until_;
};

class Question {
 public:
  virtual ~Question() = default;

  // Goes on for a slice; takes at least one step, so that it comes to an end. True: it is answered.
  virtual bool GoOn(Slice slice) = 0;

  // Answers that it takes too long.
  virtual void GiveUp() = 0;
};

class HistoryReader {
 public:
  HistoryReader();

  // Close().
  ~HistoryReader();

  // False: too many wait, or nothing is answered any more. The question is gone then.
  bool Put(std::unique_ptr<Question> question) ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends the thread after the slice at hand. What waits is not answered.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Waiting {
    std::unique_ptr<Question> question;
    size_t slices = 0;  // that it has had
  };

  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || !waiting_.empty();
  }

  absl::Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace service
