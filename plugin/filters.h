// By which of its filters each session is handed shadow requests, and who is subscribed to the
// answers of fleet provisioning. Mosquitto reads `x/#` as "x and
// all below it", AWS as "all below x": so each delivery of a request is checked against AWS's
// reading (K8), in the same time for many filters as for few.
//
// Sessions outlive connections, so filters are remembered by client id. Those of a session that is
// older than the broker process, or that was forgotten, are not known (Mosquitto 2.0 does not tell
// a plugin); such a client is handed others' requests but never its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "proto/request_filters.h"

namespace plugin {

class Filters {
 public:
  // Sessions whose client is away take this much memory at most; those that have been away longest
  // are forgotten.
  static constexpr size_t kAwayBytesMax = 256u << 20;

  explicit Filters(size_t away_bytes_max = kAwayBytesMax) : away_bytes_max_(away_bytes_max) {}

  // `connection` tells two connections of one client id apart: a new one may come before the old
  // one has gone. `clean`: the client starts without a session.
  void Connect(absl::string_view client_id, const void* connection, bool clean);
  // `held`: how many filters the broker has for the session, before this one. No more are
  // remembered, so what bounds it (manner_session_filters_max) bounds what is remembered.
  void Subscribe(absl::string_view client_id, absl::string_view filter, size_t held);
  void Unsubscribe(absl::string_view client_id, absl::string_view filter);
  // `clean`: the session ends with the connection.
  void Disconnect(absl::string_view client_id, const void* connection, bool clean);

  // May a request published on `topic`, by this client itself if `own`, be handed to the client?
  bool Deliver(absl::string_view client_id, absl::string_view topic, bool own) const;

  // Is the client subscribed to that answer to whoever provisions itself? Where not all of its
  // filters are known it counts as subscribed.
  bool IsSubscribed(absl::string_view client_id, absl::string_view topic) const;

  // That are known; and what those of them take, about, whose client is away.
  size_t sessions() const { return sessions_.size(); }
  size_t away_bytes() const { return away_bytes_; }

 private:
  struct Session {
    const void* connection = nullptr;           // the latest
    bool complete = false;                      // every filter of the session is known
    uint64_t away = 0;                          // its place in away_; 0: its client is here
    absl::flat_hash_set<size_t> subscriptions;  // hashes: two that share one would count as one
    proto::RequestFilters filters;              // theirs, `$share/GROUP/` left out
  };
  struct Away {
    std::string client_id;
    size_t bytes;
  };

  static size_t BytesOf(absl::string_view client_id, const Session& session);
  void EndAbsence(Session& session);
  void ForgetLongestAway();

  const size_t away_bytes_max_;
  absl::flat_hash_map<std::string, Session> sessions_;
  std::map<uint64_t, Away> away_;  // each session once, since longest first
  uint64_t went_away_ = 0;         // how many times one has
  size_t away_bytes_ = 0;
};

}  // namespace plugin
