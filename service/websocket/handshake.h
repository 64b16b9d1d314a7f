// The request with which a connection becomes a WebSocket (RFC 6455, 4.2), as far as MQTT wants it
// (W8, W9), and the answer to it. Pure.
#pragma once

#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "rest/error.h"
#include "rest/message.h"

namespace service {

// RFC 6455 has 24 characters; AWS's first SDK for Python sends 172.
inline constexpr size_t kWebSocketKeyBytesMax = 256;

struct Handshake {
  std::string accept;          // what proves that the key was read
  absl::string_view protocol;  // "mqtt" or "mqttv3.1"; lives as long as the program
};

// 400 says what is missing or not known here. Extensions are never taken.
std::variant<Handshake, rest::Error> ReadHandshake(const rest::Request& request);

// Status line and headers, 101.
std::string HandshakeAnswer(const Handshake& handshake);

}  // namespace service
