// Ends sessions that the broker keeps for clients that are away. Mosquitto lets no plugin do that,
// so shadowd comes by the way of the link and under the client's id, which the plugin allows it
// while no connection of that client stands, and goes again.
//
// One after the other, on a thread of its own: neither commits nor HTTPS wait. With several brokers
// at each of them.
//
// Thread rule: any thread.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "service/link/commands.h"
#include "service/link/link_settings.h"

namespace service {

enum class SessionEnd {
  kEnded,        // the client's next connection finds none
  kNoSession,    // there was none; of EndIfThere alone
  kStands,       // the client is connected (again), and its session stands
  kUnavailable,  // no broker, or it took too long, or too many wait, or shadowd is about to end
};

class SessionEnder {
 public:
  // Told once, on the ender's thread or by the call itself.
  using Done = std::function<void(SessionEnd)>;

  static constexpr size_t kWaitingMax = 1000;
  // From the call on; the one that is under way then has a second more.
  static constexpr absl::Duration kWaitMax = absl::Seconds(10);
  // How long a connection that stands is waited for: it may have been cut just now.
  static constexpr absl::Duration kStandsMax = absl::Milliseconds(500);

  // `up`: to which of several brokers there is a link; the others are not asked. Any thread.
  SessionEnder(std::vector<LinkSettings> brokers, std::function<Brokers()> up);
  ~SessionEnder();

  // Nothing is done any more, soon: all that wait are told that it is unavailable. Called once.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

  // The broker forgets the client's session: subscriptions, and what is queued. A will that waits
  // for its time (MQTT 5) is sent.
  void End(std::string client_id, Done done) ABSL_LOCKS_EXCLUDED(mutex_);

  // The same for a client of which nothing is known. A will that waits for its time is dropped.
  void EndIfThere(std::string client_id, Done done) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Waiting {
    std::string client_id;
    bool if_there;
    Done done;
    absl::Time until;
  };
  class Visit;

  void Put(Waiting waiting) ABSL_LOCKS_EXCLUDED(mutex_);
  bool stops() const ABSL_LOCKS_EXCLUDED(mutex_);
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  SessionEnd EndOne(const Waiting& one) const ABSL_LOCKS_EXCLUDED(mutex_);
  SessionEnd EndAt(const LinkSettings& broker, const Waiting& one) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // False: shadowd is about to end.
  bool Pause(absl::Duration time) const ABSL_LOCKS_EXCLUDED(mutex_);

  const std::vector<LinkSettings> brokers_;
  const std::function<Brokers()> up_;
  mutable absl::Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);  // oldest first
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // the last member: uses all others
};

}  // namespace service
