// Who the connections are that requests of the link come over, as the plugin tells it
// (docs/link-format.md, arrivals). Those that have ended are known until no request of theirs can
// come any more, so there are never more of them than requests under way.
//
// Thread rule: the link's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "proto/arrivals.h"
#include "storage/history_entry.h"

namespace service {

class Peers {
 public:
  // What is known of one. It does not change; a connection that is told anew is another one.
  struct Connection {
    uint64_t number = 0;
    storage::HistoryWay way = storage::HistoryWay::kUnknown;
    int64_t since = 0;  // epoch seconds
    std::string client_id;
    std::string principal;
    std::string address;
    std::string thing;  // that it stands for; empty: none

    // Without a token, which is the request's. Views into this.
    storage::Author author() const {
      return {.way = way, .client_id = client_id, .principal = principal, .address = address};
    }
  };

  // Forgets those of which no request can come any more. Once for all that has arrived, before it
  // is heard and its requests are looked at: a request that the plugin has given up may still be
  // among them.
  void BeginGroup();

  // Connections of an earlier life of the broker are forgotten.
  void Hear(const proto::ArrivalBatch& batch);

  // Null: it is not known. What it gives holds until the next BeginGroup or Hear.
  const Connection* Find(uint64_t number) const;

  // The same, to be kept.
  std::shared_ptr<const Connection> Share(uint64_t number) const;

  size_t size() const { return connections_.size(); }

 private:
  struct Over {
    uint64_t number;
    uint64_t last_request;
  };

  uint64_t epoch_ = 0;
  uint64_t answered_below_ = 0;
  absl::flat_hash_map<uint64_t, std::shared_ptr<const Connection>> connections_;
  std::vector<Over> over_;
};

}  // namespace service
