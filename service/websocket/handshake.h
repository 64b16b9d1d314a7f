// The request with which a connection becomes a WebSocket (RFC 6455, 4.2), as far as MQTT (W8, W9)
// or a page of ours wants it, and the answer to it. Pure.
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
  absl::string_view protocol;  // "mqtt", "mqttv3.1" or none; lives as long as the program
};

// 400 says what is missing or not known here. Extensions are never taken.
std::variant<Handshake, rest::Error> ReadHandshake(const rest::Request& request);

// The same without a protocol: none is asked for and none is taken. What is not of this very
// origin is 403: browsers say Origin, and it must be Host's name and port to the letter.
std::variant<Handshake, rest::Error> ReadPageHandshake(const rest::Request& request);

// Status line and headers, 101.
std::string HandshakeAnswer(const Handshake& handshake);

}  // namespace service
