// Makes the roster when it is wanted, beside the work, keeps it up with what is committed, who
// comes and goes and what is registered, and drops it when nobody has wanted it for a while.
//
// Thread rule: the HTTP server's thread, but for what it is told by the feed, by the whereabouts
// and by the registry, each on their own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "policy/entry_change.h"
#include "service/account/registry_in_force.h"
#include "service/commit/feed.h"
#include "service/http/loop.h"
#include "service/link/whereabouts.h"
#include "service/live/roster.h"
#include "service/watch/log.h"
#include "storage/store.h"

namespace service {

class RosterKeeper {
 public:
  static constexpr int64_t kUnusedMs = 10 * 60 * 1000;

  // Who is told of what happens to a roster that is there; null: nobody.
  struct Told {
    std::function<void(Roster::Place)> changed = nullptr;
    std::function<void(const ShadowNews&)> shadow = nullptr;
    // There is a new roster, or none any more (null): places of the one before mean nothing.
    std::function<void(const Roster*)> anew = nullptr;
  };

  // All outlive it; it has itself told by whereabouts and registry, as long as it lives.
  RosterKeeper(const storage::Store& store, RegistryInForce& registry, Whereabouts& whereabouts,
               Feed& feed, HttpLoop& loop, Log& log);
  // On any thread, once the loop has none any more.
  ~RosterKeeper();

  void SetTold(Told told) { told_ = std::move(told); }

  // Calls `then` once there is a roster, perhaps at once; with null if it cannot be made.
  void Want(std::function<void(const Roster*)> then);
  // Null: there is none now.
  const Roster* roster() const { return roster_.get(); }
  // To be called about once a second. `in_use`: somebody follows it.
  void DropIfUnused(bool in_use, int64_t now_ms);

 private:
  enum class State : uint8_t { kNone, kAsked, kThere };

  // What was read, and up to where the whereabouts are in it.
  struct Made {
    std::unique_ptr<Roster> roster;  // null: the store cannot be read
    uint64_t steps = 0;
  };

  void Begin();
  void MakeBeside(uint64_t number);  // on the thread that commits
  Made Make(const std::function<void()>& has_view) const;
  absl::Status ReadShadows(const std::function<void()>& has_view, Roster& roster) const;
  void Take(Made made);
  void Drop();
  void Join();

  void Hear(const GroupNews& news);
  void Hear(const Whereabouts::Steps& steps);
  void RegisteredAnew();
  void Look(absl::Span<const std::string> things);
  // Does it now, or once the roster that is being made is there; not at all without one.
  void WhenThere(std::function<void()> what);
  void Change(absl::string_view thing, absl::FunctionRef<void(RosterRow&)> change);

  const storage::Store& store_;
  RegistryInForce& registry_;
  Whereabouts& whereabouts_;
  Feed& feed_;
  HttpLoop& loop_;
  Log& log_;
  Told told_;

  // What whereabouts and registry hold of it, which may go on after it.
  struct Tie {
    absl::Mutex mutex;
    RosterKeeper* keeper ABSL_GUARDED_BY(mutex) = nullptr;
  };
  static void TellIfActive(Tie& tie, absl::FunctionRef<void(RosterKeeper&)> tell);

  const std::shared_ptr<Tie> tie_ = std::make_shared<Tie>();
  std::atomic<bool> active_ = false;  // there is a roster, or one is being made
  std::atomic<bool> stop_ = false;
  State state_ = State::kNone;
  uint64_t number_ = 0;  // of the roster that was asked for last
  std::unique_ptr<Roster> roster_;
  uint64_t steps_ = 0;                        // that are in it
  std::vector<std::function<void()>> later_;  // to be done when it is there
  std::vector<std::function<void(const Roster*)>> waiting_;
  int64_t used_ms_ = 0;
  std::thread thread_;  // makes it
};

}  // namespace service
