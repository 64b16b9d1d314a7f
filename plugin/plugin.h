// The plugin without the broker: events in, a Broker out. border.cc feeds it from Mosquitto. Here
// are the connections and what they may; whom else an event concerns is told of it.
//
// The way of a request: Message → Requests::Take (into the outbox) → Tick → Link::Tick (one batch
// to the service) → Message from the service → Link::Receive → Requests::Answer (published).
//
// Thread rule: everything on the broker's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "plugin/access.h"
#include "plugin/audience.h"
#include "plugin/broker.h"
#include "plugin/client.h"
#include "plugin/connections.h"
#include "plugin/fault_hands.h"
#include "plugin/faults/injector.h"
#include "plugin/filters.h"
#include "plugin/link.h"
#include "plugin/manners.h"
#include "plugin/observer.h"
#include "plugin/options.h"
#include "plugin/presence.h"
#include "plugin/principal/origin.h"
#include "plugin/principal/tickets.h"
#include "plugin/requests.h"
#include "plugin/verdict.h"
#include "plugin/warnings.h"
#include "policy/registry.h"
#include "proto/plugin_status.h"

namespace plugin {

class Plugin {
 public:
  // `epoch`: random, not 0. `secret`: what the service must present. `now_us` of the calls below is
  // one clock that never goes back. `registry`: what options.registry holds; null if auth is open.
  Plugin(const Options& options, std::string secret, uint64_t epoch, Broker& broker, int64_t now_us,
         std::shared_ptr<policy::Registry> registry = nullptr);

  // A client wants in, with a user name and password if it gave any. False: refused. The service
  // comes under a client's id, too, so that the broker forgets the session of that client: it is
  // let in while the client is away, and is no client to anything here.
  Verdict Connect(const Client& client, const Origin& origin, absl::string_view username,
                  absl::string_view password, int64_t now_us);
  // The same question, asked by the broker for every session after it has read its configuration
  // again. True: a session that stands, and nothing changes; false: to be asked with Connect.
  bool Stands(const Client& client, const Origin& origin, absl::string_view username,
              absl::string_view password, bool has_subscriptions);
  // `told`: why, if the broker tells; else what else can be known counts.
  void Disconnect(const Client& client, int64_t now_us,
                  std::optional<DisconnectReason> told = std::nullopt);

  // The broker asks before it lets a client publish, subscribe or be handed a message.
  bool MayPublish(const Client& client, absl::string_view topic, bool retain, int qos = 1,
                  absl::string_view payload = {});
  // And before it takes the message: whether there is not too much beside its payload.
  bool MayCarry(const Client& client, size_t head_bytes);
  Verdict MaySubscribe(const Client& client, absl::string_view filter, int qos = 1);
  // The same of a session that stays while its connection is cut: nobody subscribes.
  bool MayStaySubscribed(const Client& client, absl::string_view filter);
  void Unsubscribe(const Client& client, absl::string_view filter);
  bool MayReceive(const Client& client, absl::string_view topic, absl::string_view payload = {},
                  int qos = 0, bool retain = false);

  // A client published, and MayPublish and MayCarry it. Never kNo.
  Verdict Message(const Client& client, absl::string_view topic, absl::string_view payload,
                  int64_t now_us);

  // The operator wants the registry's files read again. It takes force in one of the next turns.
  void Reload() { access_.Reload(); }

  // Once per turn of the broker's loop. `wall_ms`: since the Unix epoch.
  void Tick(int64_t now_us, int64_t wall_ms = 0);

  const proto::PluginStatus& status() const { return status_; }

 private:
  bool RefuseTicket(const Client& client, int64_t now_us);
  // The same as Connect, of who is known by now to come from `origin`.
  Verdict Arrive(const Client& client, const Origin& origin, absl::string_view username,
                 absl::string_view password, int64_t now_us);
  Verdict Admit(const Client& client, const Origin& origin, Identity identity,
                absl::string_view username, absl::string_view password, int64_t now_us);
  bool AdmitSessionEnder(const Client& client, absl::string_view password, int64_t now_us);
  // A page of the console: it may what any client may for which no policy speaks, but take from a
  // shared subscription, and is itself no client to anything here.
  bool AdmitConsole(const Client& client, absl::string_view username, absl::string_view password,
                    int64_t now_us);
  bool IsConsole(const Client& client) const {
    return !pages_.empty() && pages_.contains(client.handle);
  }
  bool LetConsoleSubscribe(const Client& client, absl::string_view filter);
  bool WarnOfFalseService(int64_t now_us);  // false
  // Who is refused before anything is known of him. Never kYes.
  Verdict TurnAway(const Client& client, Identity identity);
  bool LetPublish(const Client& client, absl::string_view topic, bool retain, int qos,
                  size_t payload_bytes);
  Verdict LetSubscribe(const Client& client, absl::string_view filter, int qos);
  bool IsSessionEnder(const Client& client) const {
    return !session_enders_.empty() && session_enders_.contains(client.handle);
  }
  // `handle` may be null: the connection is over.
  void Take(const void* handle, const Asker& asker, const proto::Topic& parsed,
            absl::string_view payload, int64_t now_us);
  // Of a page of the console. It is a request of its own, as one over HTTPS: whoever is told of it
  // hears of the page's user, and of no connection.
  void TakeFromConsole(const Client& client, const proto::Topic& parsed, absl::string_view topic,
                       absl::string_view payload, int64_t now_us);
  // Once a second: how much each was to be handed, so that it knows what the broker has dropped.
  void TellPages(int64_t now_us);
  // A request of a connection has got that sequence; 0: it was refused.
  void WasTaken(const void* handle, uint64_t sequence);
  // Hands an answer to the client that asked, and to nobody else, unless it has gone.
  void TellAlone(const Asker& asker, const std::string& topic, absl::string_view payload);
  // What the faults in force make of it.
  Verdict FaultsLetIn(const Client& client, const Identity& identity);
  Verdict FaultsTake(const Client& client, const Asker& asker, const proto::Topic& parsed,
                     absl::string_view topic, absl::string_view payload, int64_t now_us);
  bool FaultsDeliver(const Client& client, const proto::Topic& parsed, absl::string_view topic,
                     absl::string_view payload, int qos);
  Verdict CutNow(const Client& client);
  void Forbid(const Client& client);
  // Cuts a client for its manners.
  void Cut(const Client& client, const Manners::Fault& fault);
  void WarnOfManners(const Client& client, const Manners::Fault& fault,
                     absl::string_view what_became);

  const Options options_;
  const std::string secret_;
  Broker& broker_;
  Warnings warnings_;
  proto::PluginStatus status_;
  Manners manners_;
  Tickets tickets_;
  Access access_;
  Filters filters_;
  Presence presence_;
  Audience audience_;
  Connections connections_;
  Requests requests_;
  Observer observer_;
  FaultHands fault_hands_;
  const std::unique_ptr<FaultInjector> faults_;  // null: they cannot be asked for
  Link link_;
  absl::flat_hash_set<const void*> session_enders_;  // connections of the service, a client's id
  // Of the console, by their connection.
  struct Page {
    std::string client_id;
    std::string user;
    uint64_t handed = 0;  // messages that it may have been handed
    uint64_t told = 0;    // of these, when it was told last
  };
  absl::flat_hash_map<const void*, Page> pages_;
  int64_t told_pages_us_ = 0;
  bool expelling_ = false;  // connections end because the registry has changed
  int64_t ticked_us_ = 0;
  const void* publisher_ = nullptr;  // whose message is being delivered
};

}  // namespace plugin
