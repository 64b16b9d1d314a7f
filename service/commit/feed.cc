#include "service/commit/feed.h"

#include <utility>

namespace service {

void Feed::Follow(Follower follower) {
  {
    const absl::MutexLock lock(&mutex_);
    follower_ = std::move(follower);
    state_ = State::kAsked;
  }
  wake_();
}

void Feed::Leave() {
  const absl::MutexLock lock(&mutex_);
  follower_ = {};
  state_ = State::kNone;
}

void Feed::Begin() {
  const absl::MutexLock lock(&mutex_);
  if (state_ != State::kAsked) return;  // it has left
  follower_.begin();
  state_ = State::kFollowed;
}

void Feed::Tell(GroupNews news) {
  const absl::MutexLock lock(&mutex_);
  if (is_followed()) follower_.hear(std::move(news));
}

void Feed::TellAnew() {
  const absl::MutexLock lock(&mutex_);
  if (is_followed()) follower_.anew();
}

}  // namespace service
