#include "service/commit/peers.h"

#include <algorithm>

namespace service {
namespace {

storage::HistoryWay WayOf(proto::ConnectionWay way) {
  switch (way) {
    case proto::ConnectionWay::kMqtt:
      return storage::HistoryWay::kMqtt;
    case proto::ConnectionWay::kWebSocket:
      return storage::HistoryWay::kWebSocket;
    case proto::ConnectionWay::kHttps:
      return storage::HistoryWay::kHttps;
    case proto::ConnectionWay::kConsole:
      return storage::HistoryWay::kConsole;
  }
  return storage::HistoryWay::kUnknown;
}

std::shared_ptr<const Peers::Connection> ConnectionOf(const proto::Arrival& arrival) {
  return std::make_shared<Peers::Connection>(
      Peers::Connection{.number = arrival.connection,
                        .way = WayOf(arrival.way),
                        .since = arrival.since,
                        .client_id = std::string(arrival.client_id),
                        .principal = std::string(arrival.principal),
                        .address = std::string(arrival.address),
                        .thing = std::string(arrival.thing)});
}

}  // namespace

void Peers::BeginGroup() {
  const auto kept = std::partition(over_.begin(), over_.end(), [this](const Over& one) {
    return one.last_request >= answered_below_;
  });
  for (auto one = kept; one != over_.end(); ++one) connections_.erase(one->number);
  over_.erase(kept, over_.end());
}

void Peers::Hear(const proto::ArrivalBatch& batch) {
  if (batch.epoch != epoch_ || batch.first) {
    connections_.clear();
    over_.clear();
  }
  epoch_ = batch.epoch;
  answered_below_ = batch.answered_below;
  for (const proto::Arrival& arrival : batch.arrivals) {
    connections_[arrival.connection] = ConnectionOf(arrival);
    if (arrival.end) over_.push_back({arrival.connection, arrival.end->last_request});
  }
}

const Peers::Connection* Peers::Find(uint64_t number) const {
  const auto found = connections_.find(number);
  return found == connections_.end() ? nullptr : found->second.get();
}

std::shared_ptr<const Peers::Connection> Peers::Share(uint64_t number) const {
  const auto found = connections_.find(number);
  return found == connections_.end() ? nullptr : found->second;
}

}  // namespace service
