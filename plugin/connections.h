// The connections that were let in: who each is and what it stands for, which of them the plugin
// cuts, and why each ended; and what of that is news to the service.
//
// Mosquitto 2.0 tells a plugin that a client has gone, never why. What there is to go by:
//   * the plugin cut it itself, and knows why;
//   * another connection has come with its client id;
//   * Mosquitto 2.1 tells;
//   * the broker's log, if the broker publishes it (docs/lifecycle-events.md);
//   * the broker asks whether its will may be published: it has not said goodbye.
// So why a connection ended shows only once the turn of the broker's loop is over.
//
// Nothing may be cut in the midst of an event of its own, so what is to be cut waits for the next
// turn.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "plugin/broker.h"
#include "plugin/client.h"
#include "plugin/lifecycle.h"
#include "proto/arrivals.h"

namespace plugin {

// Where Mosquitto publishes its notices, if mosquitto.conf says `log_dest topic`.
inline constexpr absl::string_view kBrokerLogTopic = "$SYS/broker/log/N";

// What is known of who connects, beside what the client says of itself.
struct Identity {
  absl::string_view principal{};  // the certificate's id; empty: none
  absl::string_view address{};
  proto::ConnectionWay way = proto::ConnectionWay::kMqtt;
  absl::string_view thing{};  // that it stands for; empty: none
};

class Connections {
 public:
  struct Connection {
    std::string client_id;
    std::string principal{};
    std::string address{};
    std::string thing{};
    proto::ConnectionWay way = proto::ConnectionWay::kMqtt;
    int64_t since_s = 0;        // epoch seconds
    uint64_t last_request = 0;  // the sequence of the last that was taken of it; 0: none was
    bool service = false;       // one of shadowd's own
    bool one_packet_a_turn = false;
    uint64_t number = 0;                    // no other has had it
    bool is_ending = false;                 // it is cut with the next Tick
    std::optional<DisconnectReason> cut{};  // why the plugin cuts it
  };

  // One that is over.
  struct Ended : Connection {
    DisconnectReason reason = DisconnectReason::kUnknown;
    int64_t ended_s = 0;
  };

  // `broker` outlives this.
  explicit Connections(Broker& broker) : broker_(broker) {}

  // The references hold until the next Add, Remove or Tick.
  const Connection& Add(const Client& client, const Identity& identity, bool service);

  // It is over; `told`: why, if the broker tells. Null: it was none that was let in. The result
  // holds until the turn has ended; until then its reason can become better known.
  const Ended* Remove(const void* handle, std::optional<DisconnectReason> told = std::nullopt);

  // Null: it is none that was let in, or it is over (its will may still be due). Good until the
  // next Add, Remove or Tick.
  const Connection* Find(const void* handle) const;
  Connection* Find(const void* handle);

  // What it stands for may have changed with the registry.
  void StandsFor(const void* handle, absl::string_view thing);

  // A number for who sent a message that no connection brought; and that it is a request.
  uint64_t NewNumber() { return ++made_; }
  void AddPassing(uint64_t number, const Identity& identity, uint64_t request);

  // The connection of the client of that id that was let in last; null: none stands.
  const void* HandleOf(absl::string_view client_id) const;

  // Of clients, not of the service; `tell` must not change what connections there are.
  void Each(absl::FunctionRef<void(const Connection& connection)> tell) const;

  // Those of the service are not among them.
  size_t clients() const { return connections_.size() - services_; }

  // Cuts it with the next Tick, unless it has gone by then. The first call counts.
  void Cut(const void* handle, DisconnectReason reason, bool with_will = true);

  // It is about to be cut by a call to the broker. The first reason counts.
  void WillBeCut(const void* handle, DisconnectReason reason);
  // A line of the broker's log, before the end of the connection that it may tell of.
  void Logged(absl::string_view line) { logged_.assign(line.data(), line.size()); }
  // The broker asks for the will of a connection that has just ended.
  void WillIsSent(const void* handle);

  // Once per turn: cuts what is to be cut.
  void Tick();

  // Of those of the service nothing is told. `ended` is null for one that stands.
  using Tell = absl::FunctionRef<void(const Connection& connection, const Ended* ended)>;
  bool HasNews() const { return !ended_.empty() || !came_.empty(); }
  // Who ended in this turn; then who came and stands, or stands for another thing. So of two with
  // one client id the one that took it over comes last.
  void TellNews(Tell tell) const;
  // All that stand, and those that ended and may have requests under way.
  void TellAll(Tell tell) const;

  // A turn is over, and whoever wants to know what happened in it has been told. All requests below
  // `answered_below` are answered: of connections that have ended, those with a later one are kept,
  // so there are never more of them than requests under way.
  void EndTurn(uint64_t answered_below);

 private:
  struct Ending {
    const void* handle;
    uint64_t number;
    bool with_will;
  };

  DisconnectReason ReasonOf(const void* handle, const Connection& connection,
                            std::optional<DisconnectReason> told) const;

  Broker& broker_;
  absl::flat_hash_map<const void*, Connection> connections_;
  absl::flat_hash_map<std::string, const void*> latest_;  // by client id
  std::vector<Ending> ending_;                            // at most one a connection
  std::vector<const void*> came_;                         // in this turn
  std::deque<Ended> ended_;                               // in this turn
  absl::flat_hash_map<const void*, Ended*> ended_by_handle_;
  std::map<uint64_t, Ended> departed_;  // in turns before, by their last request
  std::string logged_;
  size_t services_ = 0;
  uint64_t made_ = 0;
};

}  // namespace plugin
