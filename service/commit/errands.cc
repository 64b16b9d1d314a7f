#include "service/commit/errands.h"

namespace service {

void Errands::Put(Errand errand) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!closed_) {
      waiting_.push_back(std::move(errand));
      errand = nullptr;
    }
  }
  if (errand) return errand(nullptr);
  wake_();
}

void Errands::Serve(Snapshots& snapshots) {
  std::vector<Errand> waiting;
  {
    const absl::MutexLock lock(&mutex_);
    waiting.swap(waiting_);
  }
  for (const Errand& errand : waiting) errand(&snapshots);
}

void Errands::Close() {
  std::vector<Errand> waiting;
  {
    const absl::MutexLock lock(&mutex_);
    closed_ = true;
    waiting.swap(waiting_);
  }
  for (const Errand& errand : waiting) errand(nullptr);
}

}  // namespace service
