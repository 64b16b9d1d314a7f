// The connections that were let in, and those of them that the plugin cuts. Nothing may be cut in
// the midst of an event of its own, so what is to be cut waits for the next turn.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "plugin/broker.h"
#include "plugin/client.h"
#include "plugin/presence.h"

namespace plugin {

class Connections {
 public:
  struct Connection {
    std::string client_id;
    bool service = false;
    bool one_packet_a_turn = false;
    uint64_t number = 0;     // no other has had it
    bool is_ending = false;  // it is cut with the next Tick
  };

  // `presence` is told why a connection is cut. Both outlive this.
  Connections(Broker& broker, Presence& presence) : broker_(broker), presence_(presence) {}

  void Add(const Client& client, bool service);
  void Remove(const void* handle);

  // Null: it is none that was let in, or it is over (its will may still be due). Good until the
  // next Add, Remove or Tick.
  const Connection* Find(const void* handle) const;

  // The connection of the client of that id that was let in last; null: none stands.
  const void* HandleOf(absl::string_view client_id) const;

  // Those of the service are not among them.
  size_t clients() const { return connections_.size() - services_; }

  // Cuts it with the next Tick, unless it has gone by then. The first call counts.
  void Cut(const void* handle, DisconnectReason reason, bool with_will = true);

  // Once per turn.
  void Tick();

 private:
  struct Ending {
    const void* handle;
    uint64_t number;
    bool with_will;
  };

  Broker& broker_;
  Presence& presence_;
  absl::flat_hash_map<const void*, Connection> connections_;
  absl::flat_hash_map<std::string, const void*> latest_;  // by client id
  std::vector<Ending> ending_;                            // at most one a connection
  size_t services_ = 0;
  uint64_t made_ = 0;
};

}  // namespace plugin
