// The manners that AWS IoT Core expects of its clients (K1, K3, K4, A11, A13), for those who want
// to learn from their own broker what the cloud would cut a connection for. Each is off unless set,
// but for three that bound what a client makes the broker keep, and hold always (decision 0015).
// Pure: it judges, and the caller refuses and cuts.
//
// Each setting is `plugin_opt_manner_` and the member's name below (docs/operations.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace plugin {

class Manners {
 public:
  // 0 and false: the manner is not asked for.
  struct Rules {
    bool no_qos_2 = false;               // K1
    bool no_unsupported_topic = false;   // `$…` as AWS supports it, never retained (A11, A13)
    bool no_reserved_client_id = false;  // none that begins with `$`
    bool keep_alive = false;             // K4: in the log only, see KeepAlive
    size_t payload_bytes_max = 0;        // K3, and all below
    size_t topic_bytes_max = 0;
    size_t topic_slashes_max = 0;
    size_t filters_max = 0;        // of one SUBSCRIBE
    size_t subscriptions_max = 0;  // of one connection
    // Held unless they are set otherwise:
    size_t client_id_bytes_max = 128;     // 1 to kClientIdBytesMost
    size_t head_bytes_max = 16 * 1024;    // of a message beside its payload, and of a filter
    size_t session_filters_max = 10'000;  // of a session at one time; 1 to kSessionFiltersMost

    friend bool operator==(const Rules&, const Rules&) = default;
  };

  static constexpr size_t kClientIdBytesMost = 1024;
  // The broker's own work for a session's filters grows with their square.
  static constexpr size_t kSessionFiltersMost = 50'000;

  // All of AWS's.
  static Rules Aws();

  // What was wrong, and what would be right.
  struct Fault {
    absl::string_view rule;  // the member of Rules
    std::string text;        // for the log: what the client did
  };

  explicit Manners(Rules rules) : rules_(rules) {}

  std::optional<Fault> Connect(absl::string_view client_id) const;

  // What AWS would make of the keep-alive (K4): seconds below 30 count as 30, 0 and those above
  // 1200 as 1200. A plugin sees no PINGREQ and can set no keep-alive, so it can only tell.
  std::optional<Fault> KeepAlive(int seconds) const;

  std::optional<Fault> Publish(absl::string_view topic, size_t payload_bytes, int qos,
                               bool retain) const;

  // What the broker keeps of a message beside its payload: topic, properties, and the user name of
  // who sent it.
  std::optional<Fault> Head(size_t bytes) const;

  // `filters`: that the session has, as the broker counts them.
  std::optional<Fault> Session(size_t filters) const;

  // One filter of a SUBSCRIBE. `connection` tells connections apart. `one_packet_a_turn`: all that
  // comes from it before EndTurn is of one packet; else how many filters a packet has is not known
  // and not judged.
  std::optional<Fault> Subscribe(uint64_t connection, absl::string_view filter, int qos,
                                 bool one_packet_a_turn);
  void Unsubscribe(uint64_t connection, absl::string_view filter);

  void EndTurn() { ++turn_; }
  void Disconnect(uint64_t connection) { connections_.erase(connection); }

 private:
  struct Subscriptions {
    absl::flat_hash_set<std::string> filters;  // at most rules_.subscriptions_max
    size_t in_turn = 0;
    uint64_t turn = 0;  // that in_turn is of
  };

  std::optional<Fault> Count(uint64_t connection, absl::string_view filter, bool one_packet_a_turn);
  std::optional<Fault> Topic(absl::string_view topic, absl::string_view what) const;

  const Rules rules_;
  uint64_t turn_ = 0;
  absl::flat_hash_map<uint64_t, Subscriptions> connections_;
};

}  // namespace plugin
