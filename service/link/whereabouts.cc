#include "service/link/whereabouts.h"

#include <utility>

namespace service {

void Whereabouts::Hear(absl::string_view envelope) {
  if (!proto::IsArrivals(envelope)) return;
  const auto batch = proto::DecodeArrivals(envelope);
  if (!batch.ok()) return;
  const absl::MutexLock lock(&mutex_);
  if (batch->first) {  // who stands is told anew
    absl::erase_if(clients_, [](const auto& entry) { return entry.second.client.connected; });
  }
  for (const proto::Arrival& arrival : batch->arrivals) Take(arrival);
}

void Whereabouts::Take(const proto::Arrival& arrival) {
  if (arrival.client_id.empty()) return;  // no connection
  Known& known = clients_[arrival.client_id];
  // One that was taken over ends after it is known who took over.
  if (arrival.end && known.connection > arrival.connection) return;
  known.connection = arrival.connection;
  known.client = {.connected = !arrival.end,
                  .since = arrival.end ? arrival.end->time : arrival.since,
                  .address = std::string(arrival.address),
                  .reason = std::string(arrival.end ? arrival.end->reason : "")};
  if (!arrival.end) return;
  gone_.emplace_back(arrival.client_id, arrival.connection);
  if (gone_.size() <= kGoneMax) return;
  const auto oldest = clients_.find(gone_.front().first);
  if (oldest != clients_.end() && oldest->second.connection == gone_.front().second &&
      !oldest->second.client.connected) {
    clients_.erase(oldest);
  }
  gone_.pop_front();
}

std::optional<Whereabouts::Client> Whereabouts::Of(absl::string_view client_id) const {
  const absl::MutexLock lock(&mutex_);
  const auto found = clients_.find(client_id);
  if (found == clients_.end()) return std::nullopt;
  return found->second.client;
}

}  // namespace service
