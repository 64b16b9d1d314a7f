#include "plugin/connections.h"

#include <utility>

namespace plugin {

void Connections::Add(const Client& client, bool service) {
  if (service) ++services_;
  connections_[client.handle] = {.client_id = std::string(client.id),
                                 .service = service,
                                 .one_packet_a_turn = client.one_packet_a_turn,
                                 .number = ++made_};
}

void Connections::Remove(const void* handle) {
  const auto known = connections_.find(handle);
  if (known == connections_.end()) return;
  if (known->second.service) --services_;
  connections_.erase(known);
  std::erase_if(ending_, [&](const Ending& ending) { return ending.handle == handle; });
}

const Connections::Connection* Connections::Find(const void* handle) const {
  const auto known = connections_.find(handle);
  return known == connections_.end() ? nullptr : &known->second;
}

void Connections::Cut(const void* handle, DisconnectReason reason, bool with_will) {
  if (!connections_.contains(handle)) return;
  ending_.push_back({handle, with_will});
  presence_.WillBeCut(handle, reason);
}

void Connections::Tick() {
  for (const Ending& ending : std::exchange(ending_, {})) {
    // The broker tells of the end at once, and Remove is called: the name must outlive that.
    if (const Connection* const connection = Find(ending.handle)) {
      broker_.Disconnect(std::string(connection->client_id), ending.with_will);
    }
  }
}

}  // namespace plugin
