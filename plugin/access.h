// Who may do what by identity and policy, for every client but the service: the modes of
// plugin_opt_auth, the registry, and a principal for each connection that is held to it.
//
// A client that is away is handed nothing, so nothing is asked for it: what waits for it is asked
// for when it comes back (Mosquitto asks again for each waiting message).
//
// Thread rule: everything on the broker's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plugin/broker.h"
#include "plugin/client.h"
#include "plugin/options.h"
#include "plugin/principal/newcomers.h"
#include "plugin/principal/origin.h"
#include "plugin/principal/principal.h"
#include "plugin/principal/registry_keeper.h"
#include "plugin/refusal_log.h"
#include "plugin/reviews.h"
#include "proto/command.h"
#include "proto/plugin_status.h"

namespace plugin {

class Access {
 public:
  // Connections of clients that are gone, whose wills may still be due; the oldest are forgotten,
  // and with them their wills.
  static constexpr size_t kDepartedMax = 4096;

  // How many connections a change has ended, or a line for each fault.
  using Changed = std::function<void(const absl::StatusOr<uint64_t>& ended)>;

  // `registry` may be null in the mode open. What is refused is counted in `status`.
  Access(const Options& options, std::shared_ptr<policy::Registry> registry, Broker& broker,
         proto::PluginStatus& status);

  // A client wants in. False: refused, and logged; that it came changes nothing.
  bool Connect(const Client& client, const Origin& origin);
  void Disconnect(const void* handle);

  // Whether the connection that was let in under this handle came with the same certificate. Not to
  // be asked of who shows a ticket.
  bool IsSame(const void* handle, const Origin& origin) const;

  // Whether a session that the broker names, which is no connection let in, is one whose client is
  // away. False: a client that connects only now. Where the two cannot be told apart it is taken
  // for away, and may nothing.
  bool IsAway(const Client& client, const Origin& origin, bool has_subscriptions);

  // It is: what is let stand in its name may nothing.
  void TakeForAway(const Client& client, absl::string_view address);

  // The envelope that tells the service of those who were refused since the last call and may be
  // registered just in time; empty: nobody was.
  std::string TakeNewcomers(uint64_t epoch) { return newcomers_.TakeEnvelope(epoch); }

  // The same of all who were refused and told of in the log.
  std::string TakeRefusals(uint64_t epoch, int64_t wall_ms) {
    return log_.TakeEnvelope(epoch, wall_ms);
  }

  // False: refused, and logged.
  bool MayPublish(const Client& client, absl::string_view topic, bool retain);
  bool MaySubscribe(const Client& client, absl::string_view filter);
  bool MayReceive(const Client& client, absl::string_view topic);

  // The thing that the client stands for; empty: none. `handle` may be null: nothing but its id is
  // known of it.
  absl::string_view ThingOf(const void* handle, absl::string_view client_id) const;

  // The connections that a change of the registry has left standing, a few in each turn: what they
  // are attached to may be another thing. Once.
  std::vector<const void*> TakeJudged() { return std::exchange(judged_, {}); }

  // Reads the registry's folder again, in the background; what it holds takes force with a turn to
  // come.
  void Reload();

  // The registry has changed. Changed entries are in force when this returns, all that the folder
  // holds when it has been read. `changed` is told once, when all connections that this can concern
  // were judged, or what cannot be was refused: of changed entries in the order in which they came.
  // In the mode open there is no registry, and it is told at once.
  void Change(const proto::RegistryCommand& command, Changed changed);

  // Once per turn.
  void Tick(int64_t now_us);

 private:
  // A connection that was let in.
  struct Guest {
    std::unique_ptr<Principal> principal;  // null: it came without an identity, and may anything
    bool departed = false;                 // it is over, but its will may still be due
  };

  // Null: nobody, or one that came without an identity.
  const Principal* PrincipalOf(const void* handle) const;
  bool IsNear(absl::string_view address) const;
  bool LetsInWithoutCertificate(const Origin& origin) const;
  bool LetIn(const Client& client, const Origin& origin);
  bool Belongs(Principal& principal, std::string& why);
  std::string StandingText(const Principal& principal) const;
  // In the place of who is there.
  void Seat(const void* handle, std::unique_ptr<Principal> principal);
  void Forget(const void* handle);
  Principal& Current(Guest& guest) const;
  bool May(Principal& principal, policy::Action action, absl::string_view name, uint64_t& refused);
  bool MayLeaveWill(const Principal& principal, absl::string_view topic);
  bool IsWill(const Client& client, const Guest& guest) const;
  bool RefuseUnknown(const Client& client, policy::Action action, absl::string_view name);
  // Who was refused.
  struct Refused {
    const Principal* principal = nullptr;  // null: it came without
    absl::string_view client_id;
    absl::string_view address;
  };
  void Tell(const Refused& who, policy::Action action, absl::string_view name,
            absl::FunctionRef<std::string()> why);
  void Tell(const Principal& principal, policy::Action action, absl::string_view name,
            absl::FunctionRef<std::string()> why) {
    Tell({&principal, principal.client_id(), principal.source_ip()}, action, name, why);
  }
  void EndReload(const absl::Status& status);
  bool Judge(const void* handle);

  const Auth auth_;
  const bool open_beyond_loopback_;
  const bool open_to_websocket_;
  Broker& broker_;
  proto::PluginStatus& status_;
  RegistryKeeper registry_;
  RefusalLog log_;
  absl::flat_hash_map<const void*, Guest> guests_;
  std::deque<const void*> departed_;
  std::string newest_id_;  // who connected last; it may be taking a session over
  const void* newest_ = nullptr;
  Newcomers newcomers_;
  Reviews reviews_;
  std::vector<Changed> reloading_;  // who waits for a reload
  std::vector<const void*> judged_;
};

}  // namespace plugin
