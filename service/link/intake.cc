#include "service/link/intake.h"

namespace service {

Intake::Result Intake::Bring(std::vector<storage::Write> records, bool replace) {
  Waiting own{.records = std::move(records), .replace = replace};
  {
    const absl::MutexLock lock(&mutex_);
    if (closed_) return absl::UnavailableError("shadowd is about to end");
    waiting_.push_back(&own);
  }
  wake_();
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&own.done));
  return std::move(own.result);
}

void Intake::Serve(const Import& import) {
  Waiting* next = nullptr;
  {
    const absl::MutexLock lock(&mutex_);
    if (waiting_.empty()) return;
    next = waiting_.front();
    waiting_.erase(waiting_.begin());
    if (!waiting_.empty()) wake_();
  }
  Result result = import(std::move(next->records), next->replace);
  const absl::MutexLock lock(&mutex_);
  next->result = std::move(result);
  next->done = true;
}

void Intake::Close() {
  const absl::MutexLock lock(&mutex_);
  closed_ = true;
  for (Waiting* const one : waiting_) {
    one->result = absl::UnavailableError("shadowd is about to end");
    one->done = true;
  }
  waiting_.clear();
}

}  // namespace service
