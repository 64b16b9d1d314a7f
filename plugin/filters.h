// Who subscribed to shadow topics with which filters. Mosquitto reads `x/#` as "x and all below
// it", AWS as "all below x": so each delivery of a request is checked against AWS's reading (K8).
//
// Sessions outlive connections, so filters are remembered by client id. Those of a session that is
// older than the broker process are not known (Mosquitto 2.0 does not tell a plugin); such a client
// is handed others' requests but never its own.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace plugin {

class Filters {
 public:
  // At most this many sessions whose client is away are remembered.
  explicit Filters(size_t sessions_max = 200'000) : sessions_max_(sessions_max) {}

  // `connection` tells two connections of one client id apart: a new one may come before the old
  // one has gone. `clean`: the client starts without a session.
  void Connect(absl::string_view client_id, const void* connection, bool clean);
  void Subscribe(absl::string_view client_id, absl::string_view filter);
  void Unsubscribe(absl::string_view client_id, absl::string_view filter);
  // `clean`: the session ends with the connection.
  void Disconnect(absl::string_view client_id, const void* connection, bool clean);

  // May a request published on `topic`, by this client itself if `own`, be handed to the client?
  bool Deliver(absl::string_view client_id, absl::string_view topic, bool own) const;

 private:
  struct Session {
    const void* connection = nullptr;  // the latest
    bool complete = false;             // every filter of the session is known
    std::vector<std::string> filters;
  };

  const size_t sessions_max_;
  absl::flat_hash_map<std::string, Session> sessions_;
};

}  // namespace plugin
