// Faults on purpose (docs/faults.md): the plans in force, asked about whatever happens to clients,
// requests, answers and deliveries; and what they hold back. It says what is to become of each, and
// what it holds goes out through the hands that it is given.
//
// It is there only with plugin_opt_faults. Without a plan it costs a look at a number.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "faults/plans.h"
#include "faults/where.h"
#include "plugin/faults/held.h"
#include "proto/command.h"
#include "proto/notice.h"
#include "proto/plugin_status.h"
#include "proto/topic.h"
#include "shadow/id.h"

namespace plugin {

// Who a fault may be about.
struct Peer {
  absl::string_view client{};
  absl::string_view certificate{};  // its id; empty: none
  absl::string_view thing{};        // that it stands for; empty: none
};

class FaultInjector {
 public:
  // What only the plugin can do.
  class Hands {
   public:
    virtual ~Hands() = default;

    virtual void Publish(const std::string& topic, absl::string_view payload) = 0;
    virtual void Deliver(const HeldMessage& message) = 0;
    virtual void Take(const HeldMessage& request) = 0;
    // With the next turn.
    virtual void Cut(absl::string_view client_id) = 0;
    virtual bool IsConnected(absl::string_view client_id) const = 0;
    virtual void EachConnection(absl::FunctionRef<void(const Peer&)> tell) const = 0;
    virtual void Log(const std::string& line) = 0;
  };

  // What is to become of something.
  enum class Fate : uint8_t {
    kAsUsual,
    kRefuse,      // as if it were forbidden; of a delivery: it is dropped, or held
    kCutNow,      // the connection ends before the broker has answered
    kCutLater,    // as usual, and the connection ends with the next turn
    kTakeAndCut,  // of a request: taken, and the connection ends before the broker has answered
    kTwice,       // of a request: taken twice
    kSwallow,     // of a request: the broker answers, and nobody gets it
    kReject,      // of a request: with `code`
    kHeld,        // of a request: taken later
  };
  struct Outcome {
    Fate fate = Fate::kAsUsual;
    int code = 0;
  };

  // Both outlive it.
  FaultInjector(Hands& hands, proto::PluginStatus& status) : hands_(hands), status_(status) {}

  struct Reply {
    proto::CommandResult result;
    std::string text;
  };
  Reply Obey(const proto::FaultsCommand& command, int64_t now_us);

  // Whether to ask at all.
  bool Looks(faults::On on) const { return plans_.Looks(on); }

  Fate Connect(const Peer& peer);
  Fate Subscribe(const Peer& peer, absl::string_view filter);
  Outcome Request(const Peer& peer, uint64_t connection, const proto::Topic& parsed,
                  absl::string_view topic, absl::string_view payload, int64_t now_us);
  // True: it is dealt with, and must not be published.
  bool Answer(const shadow::ShadowId& id, proto::AnswerTopic topic, absl::string_view payload,
              int64_t now_us);
  Fate Deliver(const Peer& peer, const proto::Topic& parsed, absl::string_view topic,
               absl::string_view payload, bool at_least_once, int64_t now_us);
  // Its connection is over.
  void Ended(const Peer& peer);

  // Once per turn: ends plans, and lets go of what was held long enough.
  void Tick(int64_t now_us);
  // Nothing outlives the service that asked for it.
  void ServiceIsGone(int64_t now_us);

  // What is news to the service, as an envelope; empty: nothing is.
  std::string TakeNotices(uint64_t epoch);

 private:
  // What is told in one turn at most; of more only the counts tell.
  static constexpr size_t kToldMax = 10'000;

  // As a notice, with texts of its own.
  struct Told {
    proto::Notice::Kind kind;
    std::string thing{};
    std::string client{};
    std::string topic{};
    std::string text{};
  };

  std::optional<faults::Decision> Decide(const faults::Event& event,
                                         absl::string_view only_plan = {});
  Reply Start(absl::string_view text, int64_t now_us);
  Reply Stop(absl::string_view name);
  // Rules that act on who is connected already, or has a session.
  void MeetWhoIsThere(const faults::Plan& plan);
  void End(const std::string& plan, absl::string_view why);
  int64_t ThrottledUntil(const faults::Decision& decision, absl::string_view client,
                         int64_t now_us);
  void LetGo(const std::vector<HeldMessage>& messages);
  void PublishWithWhatWaited(const std::string& topic, absl::string_view payload);
  void Tell(Told told);

  Hands& hands_;
  proto::PluginStatus& status_;
  faults::Plans plans_;
  Held held_;
  absl::flat_hash_map<std::string, uint64_t> swapped_;  // by topic: held until the next one
  absl::flat_hash_map<std::string, int64_t> free_us_;   // by client: when it may get the next one
  std::vector<Told> told_;
  bool pulses_ = false;  // the service was asked to
};

}  // namespace plugin
