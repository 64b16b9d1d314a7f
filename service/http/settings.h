// Where an HTTP port listens and what it bounds (docs/https.md).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace service {

// Who is let in. kOpen: anybody, with any credentials or none.
enum class HttpAuth { kRequired, kOpen };

// How is worded what the server itself refuses: kAws, as AWS's errors, with a request id; kText, a
// line for people.
enum class HttpWording { kAws, kText };

struct HttpSettings {
  int tls_port = 0;  // 0: none
  std::string address = "127.0.0.1";
  std::string certificate_file;
  std::string key_file;
  std::string client_ca_file;  // empty: no client certificate is asked for
  int plain_port = 0;          // 0: none
  std::string plain_address = "127.0.0.1";
  absl::string_view plain_flag = "http_port";  // that the plain port is set by, for errors
  HttpAuth auth = HttpAuth::kRequired;
  bool open_beyond_loopback = false;  // kOpen is meant, also on an address that others reach
  HttpWording wording = HttpWording::kAws;
  // What the ports may be called, besides localhost, addresses and the certificate's names; as
  // rest::PortNames has them.
  std::vector<std::string> hosts;

  std::string pages;  // as rest::PortNames has them

  size_t body_bytes_max = 128 * 1024;  // one request's (I6)
  size_t connections_max = 4000;
  // So few that one address cannot fill what there is for bodies.
  size_t connections_per_address_max = 256;
  // That are MQTT over WebSocket, and do not count among the others; 0: there is no such thing.
  size_t websockets_max = 1000;

  bool enabled() const { return tls_port != 0 || plain_port != 0; }
};

// Not settings, since nobody has a reason to change them.
inline constexpr size_t kHttpHeaderBytesMax = 16 * 1024;  // request line and headers
inline constexpr size_t kHttpHeadersMax = 64;
inline constexpr size_t kHttpBodiesBytesMax = 64u << 20;  // of all bodies that are here at one time
inline constexpr int kHttpHandshakeSeconds = 10;
inline constexpr int kHttpIdleSeconds = 60;     // between two requests of a connection
inline constexpr int kHttpRequestSeconds = 20;  // from its first byte to its last
inline constexpr int kHttpWriteSeconds = 20;
inline constexpr int kHttpLingerSeconds = 2;  // for the peer to read a last answer

}  // namespace service
