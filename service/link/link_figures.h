// What the links to several brokers come to in numbers, for the metrics.
//
// Thread rule: any thread reads, the link's writes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "proto/parcel.h"

namespace service {

struct LinkFigures {
  struct OfBroker {
    std::atomic<uint64_t> news_waiting_bytes = 0;  // that its plugin has not said it has
    std::atomic<uint64_t> news_sent = 0;           // envelopes; those sent again count again
    std::atomic<uint64_t> news_dropped = 0;        // envelopes that its plugin will never have
    std::atomic<uint64_t> cuts = 0;                // sessions that took nothing any more
  };

  std::array<OfBroker, proto::kBrokersMax> of_broker{};
};

}  // namespace service
