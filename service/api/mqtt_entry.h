// The way in for MQTT over WebSocket: a request at /mqtt, with a signed URL (W1 to W8), whose
// connection is then tunnelled to the broker with a ticket that says who it is.
//
// Thread rule: the server's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "service/api/principals.h"
#include "service/http/crowd.h"
#include "service/http/server.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "service/watch/log.h"
#include "service/watch/shadow_clock.h"
#include "service/websocket/tunnel.h"

namespace service {

class MqttEntry {
 public:
  struct Settings {
    HttpAuth auth = HttpAuth::kRequired;
    std::vector<BrokerAddress> brokers{};
    std::string link_secret{};
    std::function<int64_t()> now = ShadowClock::MachineNow;  // epoch seconds
  };

  // `clients`: who is connected, and how many may be; of none there is no such path. All outlive
  // it, and it outlives the server that asks it.
  MqttEntry(Settings settings, const Principals& principals, const Health& health, Crowd& clients,
            Counters& counters, Log& log);

  // HttpServer::Handlers::upgrade. In this order: another method than GET is 405, who is not known
  // 403, what is no handshake 400; 503 while the broker is away or cannot be tunnelled to, and
  // when there are as many clients as there may be. With HttpAuth::kOpen everybody is let in, and
  // the ticket says so.
  std::optional<HttpServer::Upgrade> Judge(const HttpExchange& exchange);

 private:
  HttpServer::Upgrade Admit(const HttpExchange& exchange);
  // The first that is there and can be tunnelled to; null: none.
  const BrokerAddress* PickBroker() const;
  HttpUpgrade Grant(const HttpExchange& exchange, const std::string& access_key_id,
                    std::string answer, const BrokerAddress& broker, Crowd::Place place) const;

  const Settings settings_;
  const Principals& principals_;
  const Health& health_;
  std::vector<absl::Status> fit_;  // for a tunnel; one a broker
  Crowd& clients_;
  Counters& counters_;
};

}  // namespace service
