// The plugin without the broker: events in, a Broker out. border.cc feeds it from Mosquitto.
//
// The way of a request: Message (topic parsed, door passed, put into the outbox) → Tick (one batch
// to the service) → Message from the service (answers unpacked and published).
//
// Thread rule: everything on the broker's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "plugin/access.h"
#include "plugin/audience.h"
#include "plugin/broker.h"
#include "plugin/client.h"
#include "plugin/filters.h"
#include "plugin/manners.h"
#include "plugin/options.h"
#include "plugin/outbox.h"
#include "plugin/presence.h"
#include "plugin/quotas.h"
#include "plugin/retained_look.h"
#include "plugin/warnings.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "proto/plugin_status.h"
#include "proto/topic.h"
#include "shadow/arena.h"
#include "shadow/refusal.h"

namespace plugin {

class Plugin {
 public:
  // `epoch`: random, not 0. `secret`: what the service must present. `now_us` of the calls below is
  // one clock that never goes back. `registry`: what options.registry holds; null if auth is open.
  Plugin(const Options& options, std::string secret, uint64_t epoch, Broker& broker, int64_t now_us,
         std::shared_ptr<const policy::Registry> registry = nullptr);

  // A client wants in, with a user name and password if it gave any. False: refused.
  bool Connect(const Client& client, const Origin& origin, absl::string_view username,
               absl::string_view password, int64_t now_us);
  // The same question, asked by the broker for every session after it has read its configuration
  // again. True: a session that stands, and nothing changes; false: to be asked with Connect.
  bool Stands(const Client& client, const Origin& origin, bool has_subscriptions);
  void Disconnect(const Client& client, int64_t now_us);

  // The broker asks before it lets a client publish, subscribe or be handed a message.
  bool MayPublish(const Client& client, absl::string_view topic, bool retain, int qos = 1,
                  size_t payload_bytes = 0);
  bool MaySubscribe(const Client& client, absl::string_view filter, int qos = 1);
  void Unsubscribe(const Client& client, absl::string_view filter);
  bool MayReceive(const Client& client, absl::string_view topic, absl::string_view payload = {},
                  int qos = 0, bool retain = false);

  // A client published, and MayPublish it.
  void Message(const Client& client, absl::string_view topic, absl::string_view payload,
               int64_t now_us);

  // The operator wants the registry's files read again. It takes force in one of the next turns.
  void Reload() { access_.Reload(); }

  // Once per turn of the broker's loop. `wall_ms`: since the Unix epoch.
  void Tick(int64_t now_us, int64_t wall_ms = 0);

  // What it has counted; how things stand is as the service was told last.
  const proto::PluginStatus& status() const { return status_; }

 private:
  struct Connection {
    std::string id;
    bool service = false;
    bool mqtt5 = false;
    bool one_packet_a_turn = false;
    uint64_t number = 0;  // no other has had it
  };

  // A connection that is to be cut.
  struct Ending {
    const void* handle;
    bool with_will = true;
  };

  bool IsService(const Client& client) const { return client.handle == service_; }
  bool Admit(const Client& client, const Origin& origin, absl::string_view username,
             absl::string_view password, int64_t now_us);
  void Forbid(const Client& client);
  // Cuts a client for its manners.
  void Cut(const Client& client, const Manners::Fault& fault);
  void WarnOfManners(const Client& client, const Manners::Fault& fault,
                     absl::string_view what_became);
  void Take(const Client& client, const proto::Topic& topic, absl::string_view payload,
            int64_t now_us);
  void AskWhoHears(const shadow::ShadowId& id);
  void Refuse(const Request& request, const shadow::Refusal& refusal);
  void FromService(const Client& client, absl::string_view bytes, int64_t now_us);
  void Deliver(const proto::LinkAnswer& answer);
  void ObeyService(absl::string_view bytes, int64_t now_us);
  proto::CommandResult Obey(const proto::PublishCommand& publish, int64_t now_us);
  proto::CommandResult Obey(const proto::DisconnectCommand& disconnect);
  void TellRetained();
  // Reads what the broker would hand the service, which gets nothing of it.
  void ShowService(absl::string_view topic, absl::string_view payload, int qos, bool retain);
  void SendBatches();
  void SendStatus(int64_t now_us);  // once a second
  bool ServiceIsAway(int64_t now_us) const;
  void GiveUpOverdue(int64_t now_us);

  const Options options_;
  const std::string secret_;
  Broker& broker_;
  Warnings warnings_;
  Outbox outbox_;
  Quotas quotas_;
  Manners manners_;
  proto::PluginStatus status_;
  Access access_;
  Filters filters_;
  Presence presence_;
  Audience audience_;
  RetainedLook retained_;
  absl::flat_hash_map<const void*, Connection> connections_;
  std::vector<Ending> ending_;     // with the next tick
  size_t services_ = 0;            // connections of the service
  int64_t status_us_ = 0;          // when the service was told the last status
  bool expelling_ = false;         // connections end because the registry has changed
  const void* service_ = nullptr;  // the connection that said hello last, while it stands
  std::string service_client_id_;
  int64_t service_away_since_us_;
  int64_t service_heard_us_ = 0;
  bool service_silent_ = false;  // it has a session, and let a whole link_timeout_ms pass
  uint64_t connections_made_ = 0;
  int64_t ticked_us_ = 0;
  const void* publisher_ = nullptr;  // whose message is being delivered
  shadow::Arena arena_;
};

}  // namespace plugin
