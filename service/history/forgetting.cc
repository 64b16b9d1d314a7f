#include "service/history/forgetting.h"

namespace service {
namespace {

absl::Status Ending() { return absl::UnavailableError("shadowd is about to end"); }

}  // namespace

void Forgetting::Put(std::string thing, Done done) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!closed_) {
      waiting_.push_back({std::move(thing), std::move(done)});
      done = nullptr;
    }
  }
  if (done) return done(Ending());
  wake_();
}

std::vector<Forgetting::Waiting> Forgetting::Take(bool last) {
  const absl::MutexLock lock(&mutex_);
  closed_ = closed_ || last;
  return std::exchange(waiting_, {});
}

void Forgetting::Serve(const std::function<absl::Status(absl::string_view thing)>& forget) {
  for (const Waiting& one : Take(false)) one.done(forget(one.thing));
}

void Forgetting::Close() {
  for (const Waiting& one : Take(true)) one.done(Ending());
}

}  // namespace service
