#include "service/link/whereabouts.h"

#include <utility>

namespace service {

void Whereabouts::Hear(const proto::Parcel& parcel) {
  if (!proto::IsArrivals(parcel.envelope)) return;
  const auto batch = proto::DecodeArrivals(parcel.envelope);
  if (!batch.ok()) return;
  Steps steps{.anew = batch->first};
  const absl::MutexLock lock(&mutex_);
  if (batch->first) {  // who stands is told anew
    absl::erase_if(clients_, [&parcel](const auto& entry) {
      return entry.second.client.connected && entry.second.broker == parcel.broker;
    });
  }
  const Source source = {parcel.broker, batch->epoch};
  for (const proto::Arrival& arrival : batch->arrivals) Take(source, arrival, steps);
  if (!steps.anew && steps.steps.empty()) return;
  steps.number = ++last_number_;
  changed_(steps);
}

void Whereabouts::LinksAre(Brokers up) {
  const absl::MutexLock lock(&mutex_);
  up_ = up;
}

// Whether the client is known by a connection to another broker, and stays so.
bool Whereabouts::StandsElsewhere(const Source& source, const proto::Arrival& arrival,
                                  const Known& known) {
  if (!known.client.connected || known.broker == source.broker) return false;
  if (arrival.end) return true;
  if ((up_ & BrokerBit(known.broker)) == 0) return false;
  if (std::pair(arrival.since, source.epoch) < std::pair(known.client.since, known.epoch)) {
    elder_(source.broker, arrival.client_id, arrival.connection);
    return true;
  }
  elder_(known.broker, arrival.client_id, known.connection);
  return false;
}

void Whereabouts::Take(const Source& source, const proto::Arrival& arrival, Steps& steps) {
  if (arrival.client_id.empty()) return;  // no connection
  Known& known = clients_[arrival.client_id];
  if (StandsElsewhere(source, arrival, known)) return;
  // One that was taken over ends after it is known who took over.
  if (arrival.end && known.broker == source.broker && known.connection > arrival.connection) return;
  const auto step = [&](bool connected, int64_t at) {
    const absl::string_view thing = ThingOf(known, arrival.client_id);
    if (!thing.empty()) steps.steps.push_back({std::string(thing), connected, at});
  };
  const int64_t at = arrival.end ? arrival.end->time : arrival.since;
  if (known.client.connected) step(false, at);
  known.broker = source.broker;
  known.epoch = source.epoch;
  known.connection = arrival.connection;
  known.thing = arrival.thing == arrival.client_id
                    ? nullptr
                    : std::make_unique<const std::string>(arrival.thing);
  known.client = {.connected = !arrival.end,
                  .since = at,
                  .address = std::string(arrival.address),
                  .reason = std::string(arrival.end ? arrival.end->reason : "")};
  if (!arrival.end) return step(true, at);
  gone_.emplace_back(arrival.client_id, arrival.connection);
  if (gone_.size() <= kGoneMax) return;
  const auto oldest = clients_.find(gone_.front().first);
  if (oldest != clients_.end() && oldest->second.connection == gone_.front().second &&
      !oldest->second.client.connected) {
    clients_.erase(oldest);
  }
  gone_.pop_front();
}

Whereabouts::Steps Whereabouts::All() const {
  const absl::MutexLock lock(&mutex_);
  Steps all{.number = last_number_, .anew = true};
  for (const auto& [client_id, known] : clients_) {
    const absl::string_view thing = ThingOf(known, client_id);
    if (thing.empty()) continue;
    all.steps.push_back({std::string(thing), known.client.connected, known.client.since});
  }
  return all;
}

std::optional<Whereabouts::OfThing> Whereabouts::For(absl::string_view thing) const {
  const absl::MutexLock lock(&mutex_);
  std::optional<OfThing> found;
  for (const auto& [client_id, known] : clients_) {
    if (ThingOf(known, client_id) != thing) continue;
    const Client& client = known.client;
    if (found && std::pair(client.connected, client.since) <=
                     std::pair(found->client.connected, found->client.since)) {
      continue;
    }
    found = OfThing{client_id, client};
  }
  return found;
}

std::optional<Whereabouts::Client> Whereabouts::Of(absl::string_view client_id) const {
  const absl::MutexLock lock(&mutex_);
  const auto found = clients_.find(client_id);
  if (found == clients_.end()) return std::nullopt;
  return found->second.client;
}

}  // namespace service
