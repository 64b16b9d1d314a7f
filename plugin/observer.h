// What devices do, seen for the service while somebody there observes them: which things and
// clients are observed, and what has happened to their connections since the last turn. While
// nobody observes each event costs one look at a number.
//
// A connection is observed by the thing that it stands for, or by its client id. The service's own
// are not: whoever tells of them tells nothing here. What a fault makes of it, the device has done
// it.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "plugin/broker.h"
#include "plugin/client.h"
#include "plugin/connections.h"
#include "plugin/verdict.h"
#include "proto/command.h"
#include "proto/observation.h"

namespace plugin {

class Observer {
 public:
  // Pairs of a thing and a client that are observed at a time.
  static constexpr size_t kObservedMax = 64;
  // What is told of one turn; more is only counted.
  static constexpr size_t kSeenMax = 10'000;
  static constexpr size_t kSeenBytesMax = 16u << 20;

  // Both outlive it.
  Observer(const Broker& broker, const Connections& connections)
      : broker_(broker), connections_(connections) {}

  struct Reply {
    proto::CommandResult result;
    std::string text;
  };
  // Asked for twice it is observed once.
  Reply Obey(const proto::ObserveCommand& command);
  // Nothing is observed any more, and nothing told of what was seen.
  void ServiceIsGone();

  bool empty() const { return observed_.empty(); }

  // Of `identity`: the thing, the certificate and the way.
  void Connected(const Client& client, const Identity& identity, const Verdict& verdict) {
    if (!empty()) SeeConnect(client, identity, verdict);
  }
  // `ended` holds until what was seen is taken, or the service is gone.
  void Disconnected(const Connections::Ended& ended) {
    if (!empty()) SeeDisconnect(ended);
  }

  // Of a connection that stands; of others nothing is seen.
  void Subscribed(const void* handle, absl::string_view filter, int qos, const Verdict& verdict) {
    if (!empty()) SeeTopic(Kind::kSubscribe, handle, filter, qos, false, bool(verdict));
  }
  void Unsubscribed(const void* handle, absl::string_view filter) {
    if (!empty()) SeeTopic(Kind::kUnsubscribe, handle, filter, 0, false, true);
  }
  void Published(const void* handle, absl::string_view topic, absl::string_view payload, int qos,
                 bool retain, bool allowed) {
    if (!empty()) SeeTopic(Kind::kPublish, handle, topic, qos, retain, allowed, payload);
  }
  // What the connection has published last is not allowed after all.
  void Forbidden(const void* handle) {
    if (!empty()) SeeForbidden(handle);
  }
  void Delivered(const void* handle, absl::string_view topic, absl::string_view payload, int qos,
                 bool retain) {
    if (!empty()) SeeTopic(Kind::kDeliver, handle, topic, qos, retain, true, payload);
  }

  // What was seen since the last call, as an envelope; empty: nothing was. Once a turn.
  std::string TakeEnvelope(uint64_t epoch);

 private:
  using Kind = proto::Observation::Kind;

  // With texts of its own.
  struct Seen {
    proto::Observation what;  // but for its texts
    std::string thing;
    std::string client;
    std::string text;
    std::string payload{};
    const void* handle = nullptr;               // of the connection
    const Connections::Ended* ended = nullptr;  // its reason is known when the turn is over
  };

  bool IsObserved(absl::string_view thing, absl::string_view client) const;
  void SeeConnect(const Client& client, const Identity& identity, const Verdict& verdict);
  void SeeDisconnect(const Connections::Ended& ended);
  void SeeTopic(Kind kind, const void* handle, absl::string_view topic, int qos, bool retain,
                bool allowed, absl::string_view payload = {});
  void SeeForbidden(const void* handle);
  void Keep(Seen seen);

  const Broker& broker_;
  const Connections& connections_;
  std::set<std::pair<std::string, std::string>> observed_;  // thing, client; one may be empty
  std::vector<Seen> seen_;
  size_t seen_bytes_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace plugin
