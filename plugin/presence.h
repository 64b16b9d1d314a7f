// Who is connected, since when and as whom, and what AWS's lifecycle events tell of it (L1 to L7).
//
// It is told of everything at the moment it happens and gives the events of a turn of the broker's
// loop together, since why a connection ended shows only after its end: Mosquitto 2.0 tells a
// plugin that a client has gone, never why. What there is to go by:
//   * the plugin cut it itself, and knows why;
//   * another connection has come with its client id;
//   * the broker's log, if the broker publishes it (docs/lifecycle-events.md);
//   * the broker asks whether its will may be published: it has not said goodbye.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "plugin/lifecycle.h"

namespace plugin {

// Where Mosquitto publishes its notices, if mosquitto.conf says `log_dest topic`.
inline constexpr absl::string_view kBrokerLogTopic = "$SYS/broker/log/N";

// Who connects, or was refused.
struct Arrival {
  absl::string_view client_id;
  absl::string_view principal{};  // the certificate's id; empty: none
  absl::string_view address{};
};

class Presence {
 public:
  // After so long away a client's versions begin at 0 again (L7).
  static constexpr int64_t kForgetAfterUs = int64_t{3600} * 1'000'000;
  // Of what one connection subscribes to and unsubscribes from in a turn so much is told, and what
  // is more left out. Over TLS a client can put any number of packets into one turn.
  static constexpr size_t kTopicsMax = 1000;
  static constexpr size_t kTopicBytesMax = 128 * 1024;

  // `life`: random, tells the sessions of this life of the broker from every other's. At most
  // `remembered_max` clients that are away are remembered: those that went last.
  explicit Presence(uint64_t life, size_t remembered_max = 200'000)
      : life_(life), remembered_max_(remembered_max) {}

  // `handle` is a connection's identity from Connected to Disconnected.
  void Connected(const void* handle, const Arrival& arrival, int64_t now_us);
  // Who has a connection already is refused when the broker asks again, and loses it.
  void Refused(const void* handle, const Arrival& arrival);
  void Subscribed(const void* handle, absl::string_view filter) {
    AddTopic(handle, filter, LifecycleEvent::Kind::kSubscribed);
  }
  void Unsubscribed(const void* handle, absl::string_view filter) {
    AddTopic(handle, filter, LifecycleEvent::Kind::kUnsubscribed);
  }
  void Disconnected(const void* handle, int64_t now_us);

  // The plugin is about to cut this connection. The first reason counts.
  void WillBeCut(const void* handle, DisconnectReason reason);
  // A line of the broker's log, before the end of the connection that it may tell of.
  void Logged(absl::string_view line) { logged_.assign(line.data(), line.size()); }
  // The broker asks for the will of a connection that has just ended.
  void WillIsSent(const void* handle);

  // Gives what has happened since the last call, in its order.
  void Flush(int64_t wall_ms, absl::FunctionRef<void(const LifecycleEvent&)> give);

 private:
  struct Connection {
    std::string client_id;
    std::string session;
    std::string principal;
    uint64_t version = 0;
    std::optional<DisconnectReason> cut{};
    uint64_t turn = 0;  // that the two below are of
    size_t topics = 0;
    size_t topic_bytes = 0;
  };
  struct Known {
    const void* latest = nullptr;  // its connection; nullptr: it is away
    uint64_t next_version = 0;
    uint64_t away = 0;  // its place in away_; 0: none
  };
  struct Away {
    int64_t since_us;
    std::string client_id;
  };

  bool TakeRoom(Connection& connection, absl::string_view filter);
  void AddTopic(const void* handle, absl::string_view filter, LifecycleEvent::Kind kind);
  DisconnectReason ReasonOf(const Connection& connection, bool latest) const;
  LifecycleEvent EventOf(LifecycleEvent::Kind kind, const Connection& connection) const;
  std::string NewSession();
  void ForgetLongAway(int64_t now_us);

  const uint64_t life_;
  const size_t remembered_max_;
  uint64_t sessions_ = 0;
  absl::flat_hash_map<const void*, Connection> connections_;
  absl::flat_hash_map<std::string, Known> known_;  // by client id
  std::map<uint64_t, Away> away_;                  // each once, since longest first
  uint64_t went_away_ = 0;                         // how many times somebody has
  uint64_t turn_ = 0;
  std::vector<LifecycleEvent> events_;              // of this turn
  absl::flat_hash_map<const void*, size_t> ended_;  // of this turn: place in events_
  std::string logged_;
};

}  // namespace plugin
