// Where a client comes from and what it brought to be known by.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "policy/connection.h"

struct x509_st;  // OpenSSL's X509

namespace plugin {

// That it came through shadowd's tunnel of MQTT over WebSocket, and what shadowd says of it.
struct Tunnel {
  std::string access_key_id{};  // empty: who it is was not asked
  std::string server_name{};    // that it asked for; empty: none
  bool secure = false;          // over TLS
};

struct Origin {
  // As the broker gives it: an IP address, or the path of the unix socket it came by. Empty: the
  // broker does not know (it never does for a session older than itself).
  absl::string_view address{};
  // It came over WebSocket. The broker does not tell a plugin which web page opened it.
  bool websocket = false;
  // Of the client certificate, which TLS has verified. Nothing: it came without.
  std::optional<policy::CertificateFacts> certificate{};
  std::shared_ptr<const x509_st> x509{};  // the same itself; null if nobody will ask for it
  // Of a client that shadowd has handed on; then the address is the client's own, and `websocket`
  // is false, since shadowd has asked which page opened it.
  std::optional<Tunnel> tunnel{};

  // What it is known by: the id of its certificate or of its access key; empty: nothing.
  absl::string_view principal() const {
    return certificate ? certificate->id : tunnel ? tunnel->access_key_id : absl::string_view();
  }
};

// The address without the `::ffff:` with which an IPv4 address comes through an IPv6 socket.
absl::string_view PlainAddress(absl::string_view address);

// Whether an address is of this very machine: 127.0.0.0/8, ::1, or a unix socket.
bool IsLocal(absl::string_view address);

}  // namespace plugin
