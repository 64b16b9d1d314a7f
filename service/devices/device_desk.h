// What is kept and answered beyond shadows, in the commits of shadows: requests of devices, calls
// of other threads (HTTPS), timers, and what a change of the account brings with it. The rooms of
// rooms.h know what each means; here they are given a desk, and what they leave goes its way once
// it is committed.
//
// Thread rule: Call and AccountChanged from any thread; the rest on the link's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "control/surroundings.h"
#include "desk/operation.h"
#include "policy/registry_journal.h"
#include "service/account/registry_in_force.h"
#include "service/commit/devices.h"
#include "service/devices/post_office.h"
#include "service/devices/provisioner.h"
#include "service/devices/rooms.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"
#include "storage/store.h"

namespace service {

class DeviceDesk : public Devices {
 public:
  // What one commit takes of what waits, so that devices wait no longer than for that.
  static constexpr size_t kCallsOfCommitMax = 64;
  static constexpr size_t kTimersOfCommitMax = 128;
  static constexpr size_t kChangesOfCommitMax = 64;

  struct Settings {
    control::Surroundings here{};    // what is the same for each call
    std::function<int64_t()> now{};  // epoch seconds, of the time that shadows live by
    std::function<void()> wake{};    // has the link's thread look; from any thread
  };

  // Finds what is due in `store`. All outlive it.
  static absl::StatusOr<std::unique_ptr<DeviceDesk>> Load(Settings settings,
                                                          const storage::Store& store,
                                                          const RegistryInForce& registry,
                                                          Commands& commands, Counters& counters,
                                                          Log& log);

  using Perform = std::function<desk::Outcome(desk::Desk& desk)>;
  // Called on the link's thread or by Call.
  using Done = std::function<void(const desk::Outcome& outcome)>;

  // Performs an operation, and tells what became of it once that is committed.
  void Call(Perform perform, Done done) ABSL_LOCKS_EXCLUDED(mutex_);

  // The account has changed so, and is in force.
  void AccountChanged(absl::Span<const policy::EntryChange> changes) ABSL_LOCKS_EXCLUDED(mutex_);

  // No call is served any more: tells all.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

  void LinkIs(bool up);
  // How many milliseconds the loop can wait before there is work.
  int WaitMs() const;

  // Whoever provisions devices, for whom requests of certificates and templates are; before the
  // first of them comes. It outlives the requests.
  void SetProvisioner(Provisioner& provisioner) { provisioner_ = &provisioner; }

  std::optional<DeviceAnswer> Handle(const DeviceAsk& ask, bool may_change,
                                     storage::Draft& draft) override;
  DeviceAnswer Refuse(const DeviceAsk& ask) const override;
  bool HasWork() const override ABSL_LOCKS_EXCLUDED(mutex_);
  void Work(storage::Draft& draft) override ABSL_LOCKS_EXCLUDED(mutex_);
  void Committed() override;
  void Failed() override;
  std::vector<Late> TakeLate() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Clock = std::chrono::steady_clock;

  struct Waiting {
    Perform perform;
    Done done;
  };
  struct Answered {
    Done done;
    desk::Outcome outcome;
  };

  DeviceDesk(Settings settings, const storage::Store& store, const RegistryInForce& registry,
             std::unique_ptr<PostOffice> posts, Counters& counters, Log& log);

  // Lets `work` at a desk; what it leaves counts unless it gives false. An error: the draft could
  // not be read, and nothing of it counts, nor what it says.
  absl::Status AtDesk(storage::Draft& draft, absl::FunctionRef<bool(desk::Desk& desk)> work);
  // Hands a request on; it is answered later.
  void Provision(const DeviceAsk& ask, const desk::Request& request) ABSL_LOCKS_EXCLUDED(mutex_);
  void PerformCalls(storage::Draft& draft);
  void TellRooms(storage::Draft& draft);
  void RunTimers(storage::Draft& draft);
  void SendPosts();
  void FindNextTimer(absl::string_view from);
  bool IsTimerDue() const;
  bool IsClearingDue() const;

  const Settings settings_;
  const storage::Store& store_;
  const RegistryInForce& registry_;
  const std::unique_ptr<PostOffice> posts_;
  Counters& counters_;
  Log& log_;
  Provisioner* provisioner_ = nullptr;  // null: nobody is provisioned
  bool link_up_ = false;
  std::optional<desk::Timer> next_timer_;   // of what is committed
  std::optional<std::string> first_timer_;  // the key of one that was put in this commit
  std::optional<Clock::time_point> confirmed_since_;
  std::vector<std::pair<DeviceKind, bool>> handled_;  // in this commit: whether accepted
  std::vector<Answered> answered_;                    // in this commit
  std::vector<policy::EntryChange> told_changes_;     // in this commit
  mutable absl::Mutex mutex_;
  std::deque<Waiting> calls_ ABSL_GUARDED_BY(mutex_);
  std::deque<policy::EntryChange> changes_ ABSL_GUARDED_BY(mutex_);
  std::vector<Late> late_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace service
