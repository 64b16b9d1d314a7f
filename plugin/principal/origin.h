// Where a client comes from and what it brought to be known by.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "policy/connection.h"

namespace plugin {

struct Origin {
  // As the broker gives it: an IP address, or the path of the unix socket it came by. Empty: the
  // broker does not know (it never does for a session older than itself).
  absl::string_view address{};
  // It came over WebSocket. The broker does not tell a plugin which web page opened it.
  bool websocket = false;
  // Of the client certificate, which TLS has verified. Nothing: it came without.
  std::optional<policy::CertificateFacts> certificate{};
};

// The address without the `::ffff:` with which an IPv4 address comes through an IPv6 socket.
absl::string_view PlainAddress(absl::string_view address);

// Whether an address is of this very machine: 127.0.0.0/8, ::1, or a unix socket.
bool IsLocal(absl::string_view address);

}  // namespace plugin
