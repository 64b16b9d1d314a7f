// Performs the operations of the control plane, one after the other: from the account as it is to
// what changes, on the disk, in force here, in force at the broker; and only then is it answered
// (T10). Nothing that others wait for is held up meanwhile: keys are made and files are written on
// a thread of its own.
//
// Thread rule: Put from any thread; LinksAre on the link's.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "control/operation.h"
#include "identity/issuer.h"
#include "rest/message.h"
#include "service/account/registry_in_force.h"
#include "service/account/trust.h"
#include "service/link/commands.h"
#include "service/link/whereabouts.h"
#include "service/watch/health.h"
#include "service/watch/log.h"

namespace service {

class Clerk {
 public:
  // How often certificates whose time is over are looked for.
  static constexpr absl::Duration kSweepEvery = absl::Seconds(1);

  struct Settings {
    control::Surroundings here{};  // what is the same for each operation
    std::function<int64_t()> now_ms{};
    std::function<int64_t()> bench_ahead_ms = [] { return 0; };  // Surroundings::bench_ahead_ms
    std::optional<identity::Issuer> issuer{};  // nothing: no certificates are made
    Trust::Settings trust{};
    std::string fixed_because{};  // why nothing of the account can be changed here; empty: it can
  };

  // Everything but the settings outlives it.
  Clerk(Settings settings, RegistryInForce& registry, Commands& commands,
        const Whereabouts& whereabouts, const Health& health, Log& log);
  // Ends what is under way; what waits is told that it is not done.
  ~Clerk();
  Clerk(const Clerk&) = delete;
  Clerk& operator=(const Clerk&) = delete;

  // Called on the clerk's thread, perhaps twice for one request; what it looks at outlives that.
  using Perform =
      std::function<control::Outcome(const control::Account&, const control::Surroundings&)>;
  using Answered = std::function<void(rest::Answer)>;

  void Put(Perform perform, const Answered& answered) ABSL_LOCKS_EXCLUDED(mutex_);

  // Called on the clerk's or the link's thread. True: in force here and at the broker; false: the
  // broker cannot be reached, and reads its registry when it is.
  using TakenUp = std::function<void(absl::StatusOr<bool> at_broker)>;

  // Goes by entries that others have changed in the registry's folder, as RegistryInForce::TakeUp,
  // has the broker go by them, and tells the events.
  void TakeUp(std::vector<RegistryInForce::EntryName> entries, const TakenUp& taken_up)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Has the plugin go by changes that others have made to the registry; it need not be there.
  void Announce(absl::Span<const policy::EntryChange> changes);

  // The links that are up. A plugin that may have missed a change reads its registry again, and
  // requests wait for that: at the first link, too, as a shadowd that was killed may have kept what
  // it did not tell. At the first link the broker is made to trust all registered authorities.
  void LinksAre(Brokers up);

 private:
  struct Request {
    std::function<void()> serve;
    std::function<void(absl::string_view why)> refuse;  // in place of it
  };

  void Queue(Request request) ABSL_LOCKS_EXCLUDED(mutex_);
  void Run();
  void Serve(const Perform& perform, const Answered& answered);
  void ServeTakeUp(absl::Span<const RegistryInForce::EntryName> entries, const TakenUp& taken_up);
  // Deletes certificates whose time is over.
  void Sweep();
  control::Surroundings Here() const;
  // Keeps what an outcome changes. Aborted: it must be performed again.
  absl::Status Keep(const control::Done& done, const control::Surroundings& here,
                    std::vector<control::Event>& events);
  // Puts the changes in force at the broker, tells the events and answers.
  void Announce(control::Done done, std::vector<control::Event> events, Answered answered);
  // Calls `told` once the events have been told.
  void Tell(const std::vector<control::Event>& events, std::function<void()> told);
  void Reread(Brokers brokers);
  void CatchUp(bool is_under_way) ABSL_LOCKS_EXCLUDED(mutex_);

  const Settings settings_;
  RegistryInForce& registry_;
  Commands& commands_;
  const Whereabouts& whereabouts_;
  const Health& health_;
  Log& log_;
  std::atomic<bool> behind_;  // the plugin may have missed a change
  Brokers were_up_ = 0;
  Brokers have_been_up_ = 0;
  const Trust trust_;
  absl::Mutex mutex_;
  std::deque<Request> requests_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool catching_up_ ABSL_GUARDED_BY(mutex_) = false;  // the plugin reads its registry again
  std::thread thread_;                                // the last one: it uses all of the above
};

}  // namespace service
