#include "service/api/mqtt_entry.h"

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
      broker_fits_(CheckTunnelAddress(settings_.broker)),
      clients_(clients),
      counters_(counters) {
  if (clients_.most() == 0 || broker_fits_.ok()) return;
  log.Warning("websocket_off",
              {{"broker", settings_.broker.host}, {"cause", broker_fits_.message()}});
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
  if (!broker_fits_.ok()) return rest::Unavailable(broker_fits_.message());
  if (!health_.link_up()) return rest::Unavailable("There is no broker to connect with");
  auto place = clients_.Enter(exchange.peer.address);
  if (!place) return rest::Unavailable("Too many clients are connected over WebSocket");
  return Grant(exchange, access_key_id, HandshakeAnswer(std::get<Handshake>(handshake)),
               *std::move(place));
}

HttpUpgrade MqttEntry::Grant(const HttpExchange& exchange, const std::string& access_key_id,
                             std::string answer, Crowd::Place place) const {
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
          .take = [this, login, held](std::shared_ptr<HttpStream> client, std::string behind) {
            StartTunnel(std::move(client), std::move(behind), settings_.broker, proto::kTunnelUser,
                        login, std::move(*held));
          }};
}

}  // namespace service
