#include "service/websocket/handshake.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "rest/digest.h"

namespace service {
namespace {

constexpr absl::string_view kVersion = "13";
constexpr absl::string_view kMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr absl::string_view kProtocols[] = {"mqtt", "mqttv3.1"};  // the first that is offered

// Whether a word is among those of all headers of that name, in any case.
bool Lists(const rest::Request& request, absl::string_view header, absl::string_view word) {
  for (const auto& [name, value] : request.headers) {
    if (!absl::EqualsIgnoreCase(name, header)) continue;
    for (const absl::string_view one : absl::StrSplit(value, ',')) {
      if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(one), word)) return true;
    }
  }
  return false;
}

bool IsKey(absl::string_view text) {
  return !text.empty() && text.size() <= kWebSocketKeyBytesMax &&
         std::all_of(text.begin(), text.end(), absl::ascii_isgraph);
}

std::optional<absl::string_view> ProtocolOf(const rest::Request& request) {
  for (const absl::string_view protocol : kProtocols) {
    if (Lists(request, "sec-websocket-protocol", protocol)) return protocol;
  }
  return std::nullopt;
}

// What proves that the key was read, or 400.
std::variant<std::string, rest::Error> ReadKey(const rest::Request& request,
                                               absl::string_view spoken) {
  if (!Lists(request, "upgrade", "websocket") || !Lists(request, "connection", "upgrade")) {
    return rest::InvalidRequest(
        absl::StrCat(spoken,
                     " is spoken here over WebSocket: the headers Upgrade: websocket and "
                     "Connection: Upgrade are wanted"));
  }
  if (!Lists(request, "sec-websocket-version", kVersion)) {
    return rest::InvalidRequest("Sec-WebSocket-Version must be 13");
  }
  const absl::string_view key = request.Find("sec-websocket-key").value_or("");
  if (!IsKey(key)) {
    return rest::InvalidRequest(absl::StrCat("Sec-WebSocket-Key must have 1 to ",
                                             kWebSocketKeyBytesMax, " characters of base64"));
  }
  return absl::Base64Escape(rest::Sha1(absl::StrCat(key, kMagic)));
}

// Whether each Origin is "http://HOST" or "https://HOST" with the text of the one Host.
bool IsOfThisOrigin(const rest::Request& request) {
  const absl::string_view host = request.Find("host").value_or("");
  for (const auto& [name, value] : request.headers) {
    if (!absl::EqualsIgnoreCase(name, "origin")) continue;
    absl::string_view origin = value;
    if (!absl::ConsumePrefix(&origin, "https://") && !absl::ConsumePrefix(&origin, "http://")) {
      return false;
    }
    if (host.empty() || !absl::EqualsIgnoreCase(origin, host)) return false;
  }
  return true;
}

}  // namespace

std::variant<Handshake, rest::Error> ReadHandshake(const rest::Request& request) {
  auto key = ReadKey(request, "MQTT");
  if (auto* error = std::get_if<rest::Error>(&key)) return std::move(*error);
  const auto protocol = ProtocolOf(request);
  if (!protocol) {
    return rest::InvalidRequest("Sec-WebSocket-Protocol must offer mqtt or mqttv3.1");
  }
  return Handshake{.accept = std::get<std::string>(std::move(key)), .protocol = *protocol};
}

std::variant<Handshake, rest::Error> ReadPageHandshake(const rest::Request& request) {
  if (!IsOfThisOrigin(request)) return rest::Forbidden("This is for pages of this origin");
  auto key = ReadKey(request, "The console");
  if (auto* error = std::get_if<rest::Error>(&key)) return std::move(*error);
  return Handshake{.accept = std::get<std::string>(std::move(key)), .protocol = {}};
}

std::string HandshakeAnswer(const Handshake& handshake) {
  // AWS's first SDK for Python finds the accepted key by a name in lower case alone, as AWS has it.
  return absl::StrCat(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
      "sec-websocket-accept: ",
      handshake.accept,
      handshake.protocol.empty() ? "" : "\r\nsec-websocket-protocol: ", handshake.protocol,
      "\r\n\r\n");
}

}  // namespace service
