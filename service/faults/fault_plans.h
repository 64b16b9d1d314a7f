// The fault plans in force, as shadowd has them (docs/faults.md). The plugin has the same plans and
// acts on what comes over MQTT; shadowd acts on what comes over HTTPS. A plan is in force in both
// or in neither: it begins once the plugin says so, and ends with it there, or with the link.
//
// Thread rule: any thread, but where it says the link's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "faults/plans.h"
#include "proto/notice.h"
#include "proto/plugin_status.h"
#include "service/commit/trace.h"
#include "service/link/commands.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"
#include "shadow/id.h"

namespace service {

class FaultPlans {
 public:
  // Has the session of a client that is away ended. Called on the link's thread.
  using EndSession = std::function<void(const std::string& client)>;

  // All outlive it.
  FaultPlans(Commands& commands, EndSession end_session, Trace& trace, Counters& counters, Log& log)
      : commands_(commands),
        end_session_(std::move(end_session)),
        trace_(trace),
        counters_(counters),
        log_(log) {}

  // Told once, on the link's thread or by the call itself: JSON, or InvalidArgument ("line:column:
  // reason", of a plan that is wrong), AlreadyExists, NotFound, ResourceExhausted (a record that
  // is too large), FailedPrecondition (the plugin's setting is off), Unavailable (no broker).
  using Done = std::function<void(const absl::StatusOr<std::string>&)>;

  // {"name":…,"seed":…,"endsInMs":…}
  void Start(absl::string_view text, const Done& done);
  // {"stopped":[names]}; an empty name: all.
  void Stop(const std::string& name, const Done& done);
  // {"plans":[…]}, each as faults::Plans::List has it.
  void List(const Done& done);
  // A plan.
  void Record(const std::string& name, const Done& done);

  bool IsAnyInForce() const { return !Names().empty(); }

  // What happens to a shadow request over HTTPS.
  struct HttpsFault {
    std::string plan;
    int code = 0;    // it is refused with this, and does nothing; 0: it is not
    int64_t ms = 0;  // else its answer is held for so long
  };
  // Whether to ask at all: one look at a number.
  bool LooksAtHttps() const { return looks_at_https_.load(std::memory_order_relaxed); }
  std::optional<HttpsFault> Decide(shadow::Operation operation, const shadow::ShadowId& id);

  // Keeps what is to be sent until Release is called with the number it gives, or the plan ends.
  // Nothing, and it is sent at once, if the plan has ended.
  std::optional<uint64_t> Hold(absl::string_view plan, std::function<void()> send);
  void Release(uint64_t number);

  // True if the envelope holds notices; what they say is done. The link's thread, as those below.
  bool Hear(absl::string_view envelope);
  // To be told often; what is in force ends with the link.
  void LinkIs(bool up);
  // In how many milliseconds the plugin is to be woken; nothing: it need not be.
  std::optional<int> NextPulseMs();
  // The envelope that wakes it, if that is due.
  std::optional<std::string> TakePulse();

 private:
  struct Held {
    std::string plan;
    std::function<void()> send;
  };

  void Ask(const proto::FaultsCommand& command, Done failed,
           std::function<void(absl::string_view text)> done);
  void Hear(const proto::Notice& notice);
  absl::Status Begin(const faults::Plan& plan) ABSL_LOCKS_EXCLUDED(mutex_);
  // In shadowd; false: it is not in force. `why` is for the log.
  bool End(absl::string_view name, absl::string_view why) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<std::string> Names() const ABSL_LOCKS_EXCLUDED(mutex_);

  Commands& commands_;
  const EndSession end_session_;
  Trace& trace_;
  Counters& counters_;
  Log& log_;

  std::atomic<bool> looks_at_https_ = false;
  mutable absl::Mutex mutex_;
  faults::Plans plans_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, bool, std::less<>> names_
      ABSL_GUARDED_BY(mutex_);                                    // true: is being stopped
  absl::btree_map<uint64_t, Held> held_ ABSL_GUARDED_BY(mutex_);  // oldest first
  uint64_t last_held_ ABSL_GUARDED_BY(mutex_) = 0;

  // The link's thread alone.
  bool pulses_ = false;
  int64_t pulse_due_us_ = 0;
};

}  // namespace service
