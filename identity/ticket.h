// The ticket with which shadowd hands a client of MQTT over WebSocket on to the broker: who it is
// and where it comes from, in the words of the only one who knows. It goes as the password of the
// client's CONNECT, and holds by an HMAC with the link's secret (docs/link-format.md).
//
// Thread rule: free functions without state; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace identity {

// How long a ticket lets somebody in; it is made when it is used.
inline constexpr int64_t kTicketSeconds = 30;

struct Ticket {
  std::string access_key_id{};  // that the URL was signed with; empty: signatures are not looked at
  std::string address{};        // of the client: IPv4 or IPv6
  std::string server_name{};    // that the client asked for (SNI); empty: none, or no host's name
  bool secure = false;          // it came over TLS
  int64_t issued_at = 0;        // epoch seconds
  std::string nonce{};          // no other ticket has it

  friend bool operator==(const Ticket&, const Ticket&) = default;
};

// 128 random bits in hex. Without randomness the program ends.
std::string NewTicketNonce();

// A server name that is none, or an address with other characters than addresses have, becomes
// empty.
std::string WriteTicket(const Ticket& ticket, absl::string_view secret);

// Nothing: it was not written with this secret. Takes as long wherever the fault is. How old it is,
// and whether it has been used, is the caller's to ask.
std::optional<Ticket> ReadTicket(absl::string_view text, absl::string_view secret);

}  // namespace identity
