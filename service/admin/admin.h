// What can be asked of a running shadowd over its admin socket (docs/admin-socket.md): one JSON
// object a line, `{"command":"backup","to":"/backups/today"}`.
//
// Thread rule: any thread.
#pragma once

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"
#include "service/account/clerk.h"
#include "service/account/registry_in_force.h"
#include "service/admin/server.h"
#include "service/commit/trace.h"
#include "service/history/forgetting.h"
#include "service/link/intake.h"
#include "service/link/observations.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "service/watch/log.h"
#include "service/watch/standing.h"
#include "storage/store.h"

namespace service {

class Admin {
 public:
  // All outlive it. `reread`: has the settings that can change read again, as SIGHUP has.
  // `hand_over`: asks for the end of being active.
  Admin(const storage::Store& store, const Counters& counters, const Health& health, Trace& trace,
        Observations& observations, Intake& intake, Forgetting& forgetting,
        const RegistryInForce& registry, Clerk& clerk, const Standing& standing,
        std::function<absl::Status()> reread, std::function<absl::Status()> hand_over, Log& log)
      : store_(store),
        counters_(counters),
        health_(health),
        trace_(trace),
        observations_(observations),
        intake_(intake),
        forgetting_(forgetting),
        registry_(registry),
        clerk_(clerk),
        standing_(standing),
        reread_(std::move(reread)),
        hand_over_(std::move(hand_over)),
        log_(log) {}

  // Does what `request` asks for; `lines` follow it. The last line of an answer is an object with
  // `ok`; if that is false, `code` and `error` say why.
  void Handle(absl::string_view request, AdminReply& reply, AdminLines& lines);

 private:
  absl::Status Run(const policy::Node& request, AdminReply& reply, AdminLines& lines);
  absl::Status Export(const policy::Node& request, AdminReply& reply);
  absl::Status Forget(const policy::Node& request, AdminReply& reply);
  absl::Status HandOver(const policy::Node& request, AdminReply& reply);
  absl::Status Import(const policy::Node& request, AdminReply& reply, AdminLines& lines);
  absl::Status Reread(const policy::Node& request, AdminReply& reply);
  absl::Status TakeUp(const policy::Node& request, AdminReply& reply);
  absl::Status BackUp(const policy::Node& request, AdminReply& reply);
  absl::Status Follow(const policy::Node& request, AdminReply& reply);
  absl::Status Observe(const policy::Node& request, AdminReply& reply);
  absl::Status TellStanding(const policy::Node& request, AdminReply& reply);
  absl::Status SetLevel(const policy::Node& request, AdminReply& reply);
  absl::Status Tell(const policy::Node& request, AdminReply& reply);

  const storage::Store& store_;
  const Counters& counters_;
  const Health& health_;
  Trace& trace_;
  Observations& observations_;
  Intake& intake_;
  Forgetting& forgetting_;
  const RegistryInForce& registry_;
  Clerk& clerk_;
  const Standing& standing_;
  const std::function<absl::Status()> reread_;
  const std::function<absl::Status()> hand_over_;
  Log& log_;
};

}  // namespace service
