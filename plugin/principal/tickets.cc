#include "plugin/principal/tickets.h"

#include <utility>

#include "proto/envelope.h"

namespace plugin {

Tickets::Shown Tickets::Look(const void* handle, const Origin& origin, absl::string_view username,
                             absl::string_view password, int64_t now) const {
  if (username != proto::kTunnelUser) return {};
  // A session older than the broker: nobody who comes now.
  if (origin.address.empty()) return {.claim = Claim::kSpent};
  if (origin.websocket || origin.certificate || !IsLocal(origin.address)) {
    return {.claim = Claim::kWrong};
  }
  auto ticket = identity::ReadTicket(password, secret_);
  if (!ticket) return {.claim = Claim::kWrong};
  Shown shown{.claim = Claim::kFresh, .ticket = *std::move(ticket)};
  const auto standing = standing_.find(handle);
  if (standing != standing_.end() && standing->second == shown.ticket.nonce) {
    shown.claim = Claim::kStanding;
  } else if (now > shown.ticket.issued_at + identity::kTicketSeconds ||
             now < shown.ticket.issued_at - identity::kTicketSeconds ||
             nonces_.contains(shown.ticket.nonce)) {
    shown.claim = Claim::kSpent;
  }
  return shown;
}

void Tickets::Take(const void* handle, const identity::Ticket& ticket, int64_t now) {
  while (!used_.empty() && used_.front().until < now) {
    nonces_.erase(used_.front().nonce);
    used_.pop_front();
  }
  nonces_.insert(ticket.nonce);
  used_.push_back({now + 2 * identity::kTicketSeconds, ticket.nonce});
  standing_[handle] = ticket.nonce;
}

Origin OriginOf(const identity::Ticket& ticket) {
  return {.address = ticket.address,
          .tunnel = Tunnel{.access_key_id = ticket.access_key_id,
                           .server_name = ticket.server_name,
                           .secure = ticket.secure}};
}

}  // namespace plugin
