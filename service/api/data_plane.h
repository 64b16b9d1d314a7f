// The HTTPS data plane (section J): from a request to its answer. Who asks and may they, then the
// operation: gets and lists read the store on the caller's thread, changes go through the mailbox
// to the one thread that commits.
//
// Thread rule: Handle on one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "rest/operation.h"
#include "service/api/bench.h"
#include "service/api/principals.h"
#include "service/commit/mailbox.h"
#include "service/console/door.h"
#include "service/faults/fault_plans.h"
#include "service/history/forgetting.h"
#include "service/history/historian.h"
#include "service/http/server.h"
#include "service/link/commands.h"
#include "service/link/session_ender.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"
#include "shadow/arena.h"
#include "shadow/limits.h"
#include "storage/store.h"

namespace service {

class DataPlane {
 public:
  struct Settings {
    HttpAuth auth = HttpAuth::kRequired;
    shadow::Limits limits{};
    bool bench = false;            // what is of a test bench is done
    std::function<int64_t()> now;  // epoch seconds: of shadows
    // Of who asks, and whether they may. No test bench moves it.
    std::function<int64_t()> machine_now = ShadowClock::MachineNow;
  };

  // Everything but the settings outlives it. `console`: null if there is none.
  DataPlane(Settings settings, const storage::Store& store, const Principals& principals,
            const ConsoleDoor* console, Mailbox& mailbox, Commands& commands,
            SessionEnder& session_ender, Historian& historian, Forgetting& forgetting, Bench& bench,
            FaultPlans& fault_plans, Counters& counters, Log& log);

  using Exchange = std::shared_ptr<const HttpExchange>;
  using Respond = HttpServer::Respond;

  // Before a body is read: why it need not be, or nothing.
  std::optional<rest::Error> JudgeHead(const HttpExchange& head) const;

  // Answers, now or once the mailbox was served or the broker has replied.
  void Handle(const Exchange& exchange, const Respond& respond);

 private:
  // The console's session whose request it is; null: none, or the error.
  std::variant<ConsoleSessions::Session, rest::Error> SessionOf(const HttpExchange& exchange) const;
  ConsoleSessions::Session SessionIn(const HttpExchange& exchange) const;  // null, if in doubt
  // Why this operation is not for whoever asks, or nothing.
  std::optional<rest::Error> Refusal(const HttpExchange& exchange,
                                     const rest::Operation& operation) const;
  std::optional<rest::Error> Unidentified(const HttpExchange& exchange) const;
  // One for each alternative of rest::Operation.
  void Execute(const rest::ShadowRequest& request, const Exchange& exchange,
               const Respond& respond);
  void Execute(const rest::ListNamedShadows& list, const Exchange& exchange,
               const Respond& respond);
  void Execute(const rest::Publish& publish, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::GetRetained& get, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::ListRetained& list, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::Disconnect& disconnect, const Exchange& exchange,
               const Respond& respond);
  void Execute(const rest::Restore& restore, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::Forget& forget, const Exchange& exchange, const Respond& respond);
  // What is of a test bench.
  template <class Asked>
  requires requires(Bench& bench, const Asked& asked, const Bench::Asking& asking) {
    bench.Ask(asked, asking);
  }
  void Execute(const Asked& asked, const Exchange& exchange, const Respond& respond) {
    bench_.Ask(asked, {exchange->request_id, respond});
  }
  void Execute(const rest::ListFaults& list, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::ListReadyFaults& list, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::StartFaults& start, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::StopFaults& stop, const Exchange& exchange, const Respond& respond);
  void Execute(const rest::RecordFaults& record, const Exchange& exchange, const Respond& respond);
  // The request, whatever goes wrong on purpose.
  void ExecuteWell(const rest::ShadowRequest& request, const Exchange& exchange,
                   const Respond& respond);
  void ExecuteWithFault(const FaultPlans::HttpsFault& fault, const rest::ShadowRequest& request,
                        const Exchange& exchange, const Respond& respond);
  // What the historian answers by itself.
  template <class Asked>
  void Execute(const Asked& asked, const Exchange& exchange, const Respond& respond) {
    historian_.Ask(asked, AskingOf(exchange, respond));
  }
  Historian::Asking AskingOf(const Exchange& exchange, const Respond& respond) const;
  bool HasAccessKey(const HttpExchange& exchange) const;
  // Hands it to the one thread that commits, with who asks.
  void Put(LocalRequest request, const Exchange& exchange, const Respond& respond);
  std::string PrincipalOf(const HttpExchange& exchange) const;
  rest::Answer Get(const rest::ShadowRequest& request, absl::string_view request_id, Tally& tally);
  rest::Answer List(const rest::ListNamedShadows& list, absl::string_view request_id);

  const Settings settings_;
  const storage::Store& store_;
  const Principals& principals_;
  const ConsoleDoor* const console_;
  Mailbox& mailbox_;
  Commands& commands_;
  SessionEnder& session_ender_;
  Historian& historian_;
  Forgetting& forgetting_;
  Bench& bench_;
  FaultPlans& fault_plans_;
  Counters& counters_;
  Log& log_;
  shadow::Arena arena_;
};

}  // namespace service
