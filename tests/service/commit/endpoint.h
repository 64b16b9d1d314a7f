// A shadow service in one process: the real worker on a store of the test's choice, with a clock
// that stands still, spoken to in topics and payloads.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "service/commit/worker.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"
#include "storage/store.h"

namespace service {

// The part of a topic behind the shadow's prefix ("update/accepted"), and the payload.
using Published = std::pair<std::string, std::string>;

class Endpoint {
 public:
  enum class History { kOn, kOff };

  explicit Endpoint(storage::Store& store, shadow::Limits limits = {},
                    History history = History::kOn);

  // Sends one request; gives what is published for it, in order.
  std::vector<Published> Send(const shadow::ShadowId& id, shadow::Operation operation,
                              absl::string_view payload);

  // Sends requests as one batch of epoch `epoch`; gives what is published for each.
  std::vector<std::vector<Published>> SendBatch(uint64_t epoch, uint64_t answered_below,
                                                const std::vector<proto::LinkRequest>& requests);

  // Sends what has arrived together as it is; nothing of the answers is looked at.
  void Process(const std::vector<std::string>& envelopes, absl::Span<LocalRequest> local = {}) {
    std::vector<proto::Parcel> parcels;
    for (const std::string& envelope : envelopes) parcels.push_back({0, envelope});
    worker_.Process(parcels, local);
  }
  // The real worker, for what does not come over the link.
  Worker& worker() { return worker_; }

  Counters counters;
  Trace trace;
  Feed feed{[] {}};
  int64_t now = 2000;  // what the clock shows, in epoch seconds

 private:
  Log log_;
  Worker worker_;
  uint64_t sequence_ = 0;
};

}  // namespace service
