#include "plugin/connections.h"

#include <utility>

namespace plugin {

void Connections::Add(const Client& client, bool service) {
  if (service) ++services_;
  connections_[client.handle] = {.client_id = std::string(client.id),
                                 .service = service,
                                 .one_packet_a_turn = client.one_packet_a_turn,
                                 .number = ++made_};
  latest_[client.id] = client.handle;
}

void Connections::Remove(const void* handle) {
  const auto known = connections_.find(handle);
  if (known == connections_.end()) return;
  if (known->second.service) --services_;
  if (HandleOf(known->second.client_id) == handle) latest_.erase(known->second.client_id);
  connections_.erase(known);
}

const Connections::Connection* Connections::Find(const void* handle) const {
  const auto known = connections_.find(handle);
  return known == connections_.end() ? nullptr : &known->second;
}

const void* Connections::HandleOf(absl::string_view client_id) const {
  const auto latest = latest_.find(client_id);
  return latest == latest_.end() ? nullptr : latest->second;
}

void Connections::Cut(const void* handle, DisconnectReason reason, bool with_will) {
  const auto known = connections_.find(handle);
  if (known == connections_.end() || std::exchange(known->second.is_ending, true)) return;
  ending_.push_back({handle, known->second.number, with_will});
  presence_.WillBeCut(handle, reason);
}

void Connections::Tick() {
  for (const Ending& ending : std::exchange(ending_, {})) {
    const Connection* const connection = Find(ending.handle);
    if (connection == nullptr || connection->number != ending.number) continue;
    // The broker tells of the end at once, and Remove is called: the name must outlive that.
    broker_.Disconnect(std::string(connection->client_id), ending.with_will);
  }
}

}  // namespace plugin
