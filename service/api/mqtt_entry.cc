#include "service/api/mqtt_entry.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "identity/ticket.h"
#include "proto/envelope.h"
#include "rest/signed_url.h"
#include "service/http/stream.h"
#include "service/websocket/handshake.h"

namespace service {

MqttEntry::MqttEntry(Settings settings, const Principals& principals, const Health& health,
                     Crowd& clients, Counters& counters, Log& log)
    : settings_(std::move(settings)),
      principals_(principals),
      health_(health),
      clients_(clients),
      counters_(counters) {
  for (const BrokerAddress& broker : settings_.brokers) {
    const absl::Status& fits = fit_.emplace_back(CheckTunnelAddress(broker));
    if (clients_.most() == 0 || fits.ok()) continue;
    log.Warning("websocket_off", {{"broker", broker.host}, {"cause", fits.message()}});
  }
}

const BrokerAddress* MqttEntry::PickBroker() const {
  const uint32_t up = health_.links_up();
  for (size_t broker = 0; broker < fit_.size(); ++broker) {
    if (fit_[broker].ok() && (up >> broker & 1) != 0) return &settings_.brokers[broker];
  }
  return nullptr;
}

std::optional<HttpServer::Upgrade> MqttEntry::Judge(const HttpExchange& exchange) {
  if (clients_.most() == 0 || exchange.target.path != rest::kMqttPath) return std::nullopt;
  auto upgrade = Admit(exchange);
  counters_.WebSocketAsked(std::holds_alternative<HttpUpgrade>(upgrade));
  return upgrade;
}

HttpServer::Upgrade MqttEntry::Admit(const HttpExchange& exchange) {
  if (exchange.request.method != "GET") return rest::MethodNotAllowed("GET");
  std::string access_key_id;
  if (settings_.auth == HttpAuth::kRequired) {
    auto signer = principals_.IdentifySigner(exchange, settings_.now());
    if (auto* error = std::get_if<rest::Error>(&signer)) return std::move(*error);
    access_key_id = std::get<std::string>(std::move(signer));
  }
  const auto handshake = ReadHandshake(exchange.request);
  if (const auto* error = std::get_if<rest::Error>(&handshake)) return *error;
  const auto fits = [](const absl::Status& status) { return status.ok(); };
  if (std::none_of(fit_.begin(), fit_.end(), fits)) return rest::Unavailable(fit_[0].message());
  const BrokerAddress* const broker = PickBroker();
  if (broker == nullptr) return rest::Unavailable("There is no broker to connect with");
  auto place = clients_.Enter(exchange.peer.address);
  if (!place) return rest::Unavailable("Too many clients are connected over WebSocket");
  return Grant(exchange, access_key_id, HandshakeAnswer(std::get<Handshake>(handshake)), *broker,
               *std::move(place));
}

HttpUpgrade MqttEntry::Grant(const HttpExchange& exchange, const std::string& access_key_id,
                             std::string answer, const BrokerAddress& broker,
                             Crowd::Place place) const {
  const identity::Ticket who = {.access_key_id = access_key_id,
                                .address = exchange.peer.address,
                                .server_name = exchange.peer.server_name,
                                .secure = exchange.peer.secure};
  // Made when it is used, so that it is no older than the client's CONNECT.
  const TunnelLogin login = [this, who] {
    identity::Ticket ticket = who;
    ticket.issued_at = settings_.now();
    ticket.nonce = identity::NewTicketNonce();
    return identity::WriteTicket(ticket, settings_.link_secret);
  };
  const auto held = std::make_shared<Crowd::Place>(std::move(place));
  return {.answer = std::move(answer),
          .take = [&broker, login, held](std::shared_ptr<HttpStream> client, std::string behind) {
            StartTunnel(std::move(client), std::move(behind), broker, proto::kTunnelUser, login,
                        std::move(*held));
          }};
}

}  // namespace service
