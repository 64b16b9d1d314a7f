// What each group has changed and who was heard of, for who has a live view of all things. While
// nobody follows it costs a group one look at a number.
//
// Thread rule: Follow and Leave from any thread; the rest on the thread that commits.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "storage/history_entry.h"

namespace service {

// One shadow that a group has changed, before and after it.
struct ShadowNews {
  std::string thing;
  std::string name;  // empty: the classic shadow
  bool was_there = false;
  bool differed = false;  // desired from reported
  bool is_there = false;
  bool differs = false;
  int64_t version = 0;     // of the document or tombstone that is left
  int64_t updated_at = 0;  // epoch seconds
  // Who made the last change; empty: not known.
  storage::HistoryWay way = storage::HistoryWay::kUnknown;
  std::string client_id{};
  std::string principal{};
  std::string address{};
};

struct GroupNews {
  int64_t now = 0;  // epoch seconds
  std::vector<ShadowNews> shadows{};
  std::vector<std::string> heard{};  // things whose own connections have asked for something
};

class Feed {
 public:
  struct Follower {
    // Called first, between two groups: what is committed from here on is told, all before is in
    // the store.
    std::function<void()> begin;
    std::function<void(GroupNews)> hear;
    // Shadows were brought in, removed or brought back otherwise: the store is to be read again.
    std::function<void()> anew;
  };

  // `wake` makes the thread that commits call Serve; it may be called from any thread.
  explicit Feed(std::function<void()> wake) : wake_(std::move(wake)) {}

  // There is one; another takes its place.
  void Follow(Follower follower) ABSL_LOCKS_EXCLUDED(mutex_);
  // Nothing is told any more once it returns.
  void Leave() ABSL_LOCKS_EXCLUDED(mutex_);

  // To be called between groups.
  void Serve() {
    if (state_ == State::kAsked) Begin();
  }
  bool is_followed() const { return state_ == State::kFollowed; }
  void Tell(GroupNews news) ABSL_LOCKS_EXCLUDED(mutex_);
  void TellAnew() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  enum class State : uint8_t { kNone, kAsked, kFollowed };

  void Begin() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::function<void()> wake_;
  std::atomic<State> state_ = State::kNone;
  absl::Mutex mutex_;
  Follower follower_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace service
