// A tunnel: MQTT in a client's WebSocket frames on one side, plain MQTT to the broker on the
// other. It reads the client's CONNECT and hands it on with another login, so that the broker's
// plugin knows who it is; from then on it understands nothing of what passes.
//
//   client ─▶ frames ─▶ CONNECT ─▶ rest … ─▶ broker
//   client ◀─ frames ◀───────────────────── broker
//
// One read is under way in each direction, and none where what was read last is not written yet:
// a tunnel holds 2 × 16 KiB, and a CONNECT until it is whole. It ends when either side does. Who
// is alive is the broker's to know, by MQTT's keep-alive.
//
// Thread rule: the server's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/http/crowd.h"
#include "service/http/server.h"

namespace service {

// Not settings, since nobody has a reason to change them.
inline constexpr int kTunnelConnectSeconds = 10;  // from the upgrade until CONNECT is handed on
inline constexpr int kTunnelGoodbyeSeconds = 2;   // for the client to answer a close
inline constexpr size_t kTunnelPieceBytes = 16 * 1024;

// Where the broker takes the link: the path of a unix socket, or an address of this machine, since
// what is said there is not encrypted.
struct BrokerAddress {
  std::string host;
  int port = 0;  // 0: `host` is a path
};

// InvalidArgument: the address is another machine's, or none.
absl::Status CheckTunnelAddress(const BrokerAddress& address);

// What lets a client in at the broker. Asked for once, when CONNECT is to be handed on.
using TunnelLogin = std::function<std::string()>;

// Serves the client until either side ends. `behind`: what came behind its upgrade. `user_name` is
// what the broker is told; a client that says it itself is refused. `place` is held meanwhile.
void StartTunnel(std::shared_ptr<HttpStream> client, std::string behind,
                 const BrokerAddress& broker, absl::string_view user_name, TunnelLogin login,
                 Crowd::Place place);

}  // namespace service
