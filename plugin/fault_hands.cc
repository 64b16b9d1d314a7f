#include "plugin/fault_hands.h"

#include "absl/strings/str_cat.h"

namespace plugin {

Peer PeerOf(const Connections::Connection& connection) {
  return {.client = connection.client_id,
          .certificate = connection.principal,
          .thing = connection.thing};
}

void FaultHands::Publish(const std::string& topic, absl::string_view payload) {
  broker_.Publish(topic, payload);
}

void FaultHands::Deliver(const HeldMessage& message) {
  broker_.PublishTo(message.client, message.topic, message.payload, message.at_least_once);
  observer_.Delivered(connections_.HandleOf(message.client), message.topic, message.payload,
                      message.at_least_once ? 1 : 0, /*retain=*/false);
}

void FaultHands::Take(const HeldMessage& request) {
  const void* const handle = connections_.HandleOf(request.client);
  const auto* const connection = connections_.Find(handle);
  const bool stands = connection != nullptr && connection->number == request.connection;
  take_(stands ? handle : nullptr, request);
}

void FaultHands::Cut(absl::string_view client_id) {
  connections_.Cut(connections_.HandleOf(client_id), kCutByFault);
}

bool FaultHands::IsConnected(absl::string_view client_id) const {
  return connections_.HandleOf(client_id) != nullptr;
}

void FaultHands::EachConnection(absl::FunctionRef<void(const Peer&)> tell) const {
  connections_.Each([&](const Connections::Connection& connection) { tell(PeerOf(connection)); });
}

void FaultHands::Log(const std::string& line) {
  broker_.Log(LogLevel::kWarning, absl::StrCat("shadow: ", line));
}

}  // namespace plugin
