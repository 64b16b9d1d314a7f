// What AWS's lifecycle events tell of the connections (L1 to L7): the sessions and versions that
// they have there, and the events themselves.
//
// It is told of everything at the moment it happens and gives the events of a turn of the broker's
// loop together, since why a connection ended shows only after its end (plugin/connections.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "plugin/connections.h"
#include "plugin/lifecycle.h"

namespace plugin {

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

  using Connection = Connections::Connection;

  void Connected(const Connection& connection, int64_t now_us);
  // Who was not let in.
  void Refused(absl::string_view client_id, const Identity& identity);
  void Subscribed(const Connection& connection, absl::string_view filter) {
    AddTopic(connection, filter, LifecycleEvent::Kind::kSubscribed);
  }
  void Unsubscribed(const Connection& connection, absl::string_view filter) {
    AddTopic(connection, filter, LifecycleEvent::Kind::kUnsubscribed);
  }
  // `ended` holds until Flush, which takes the reason from it.
  void Disconnected(const Connections::Ended& ended, int64_t now_us);

  // Gives what has happened since the last call, in its order.
  void Flush(int64_t wall_ms, absl::FunctionRef<void(const LifecycleEvent&)> give);

 private:
  // One that is told of.
  struct Session {
    std::string id;
    uint64_t version = 0;
    uint64_t turn = 0;  // that the two below are of
    size_t topics = 0;
    size_t topic_bytes = 0;
  };
  struct Known {
    uint64_t latest = 0;  // the number of its connection; 0: it is away
    uint64_t next_version = 0;
    uint64_t away = 0;  // its place in away_; 0: none
  };
  struct Away {
    int64_t since_us;
    std::string client_id;
  };

  bool TakeRoom(Session& session, absl::string_view filter);
  void AddTopic(const Connection& connection, absl::string_view filter, LifecycleEvent::Kind kind);
  LifecycleEvent EventOf(LifecycleEvent::Kind kind, const Connection& connection,
                         const Session& session) const;
  std::string NewSession();
  void ForgetLongAway(int64_t now_us);

  const uint64_t life_;
  const size_t remembered_max_;
  uint64_t sessions_ = 0;
  absl::flat_hash_map<uint64_t, Session> open_;    // by their connection's number
  absl::flat_hash_map<std::string, Known> known_;  // by client id
  std::map<uint64_t, Away> away_;                  // each once, since longest first
  uint64_t went_away_ = 0;                         // how many times somebody has
  uint64_t turn_ = 0;
  std::vector<LifecycleEvent> events_;  // of this turn
  // Of this turn: places in events_.
  std::vector<std::pair<size_t, const Connections::Ended*>> ended_;
};

}  // namespace plugin
