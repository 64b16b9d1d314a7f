// A shadow request that enters at the service itself, over HTTPS. It takes the same way as one over
// the link: same group, same commit.
#pragma once

#include <string>

#include "proto/envelope.h"
#include "shadow/id.h"
#include "storage/history_entry.h"

namespace service {

struct LocalRequest {
  shadow::Operation operation = shadow::Operation::kGet;
  std::string thing;
  std::string name;  // empty: the classic shadow
  std::string payload;
  bool restores = false;  // an update that brings an earlier version's content back
  // Who asks: a certificate id or access key id, empty: not known; and from where.
  std::string principal{};
  std::string address{};
  storage::HistoryWay way = storage::HistoryWay::kHttps;  // or kConsole

  // Filled by the worker: an envelope without an epoch with all that the request causes, one answer
  // of sequence 0 whose first message is accepted or rejected.
  std::string outcome{};

  shadow::ShadowId id() const { return {thing, name}; }
  storage::Author author() const {
    return {.way = way, .principal = principal, .address = address};
  }
  proto::LinkRequest AsLinkRequest() const {
    return {.sequence = 0, .operation = operation, .id = id(), .payload = payload};
  }
};

}  // namespace service
