#include "service/history/reader.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace service {
namespace {

constexpr int kReaderNiceness = 10;  // of this thread alone: devices come first

}  // namespace

HistoryReader::HistoryReader() : thread_([this] { Run(); }) {}

HistoryReader::~HistoryReader() { Close(); }

bool HistoryReader::Put(std::unique_ptr<Question> question) {
  const absl::MutexLock lock(&mutex_);
  if (closed_ || waiting_.size() >= kQuestionsMax) return false;
  waiting_.push_back({std::move(question)});
  return true;
}

void HistoryReader::Close() {
  {
    const absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void HistoryReader::Run() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kReaderNiceness);
  while (true) {
    Waiting next;
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &HistoryReader::HasWork));
      if (closed_) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    if (next.question->GoOn(Slice())) continue;
    if (++next.slices == kSlicesMax) {
      next.question->GiveUp();
      continue;
    }
    const absl::MutexLock lock(&mutex_);
    waiting_.push_back(std::move(next));  // it had its place: the bound is for those who come
  }
}

}  // namespace service
