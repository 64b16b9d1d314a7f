// Clients that shadowd hands on from its WebSockets: they come with a reserved user name and, as
// password, a ticket that says who they are (identity/ticket.h). A ticket lets one connection in,
// once, within its time. The broker asks about a connection again when it has read its
// configuration, however old its ticket is by then.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "identity/ticket.h"
#include "plugin/principal/origin.h"

namespace plugin {

class Tickets {
 public:
  explicit Tickets(std::string link_secret) : secret_(std::move(link_secret)) {}

  enum class Claim {
    kNone,      // another user name: no ticket is shown
    kWrong,     // it is none of shadowd's, or comes by another way than shadowd does
    kFresh,     // lets somebody in
    kStanding,  // has let in the connection that stands under this handle
    kSpent,  // is too old, or has let somebody else in; or is of a session from before the broker
  };
  struct Shown {
    Claim claim = Claim::kNone;
    identity::Ticket ticket{};  // of those that are kFresh or kStanding
  };

  // What a client shows that comes from `origin` as the broker tells it. `now` in epoch seconds.
  Shown Look(const void* handle, const Origin& origin, absl::string_view username,
             absl::string_view password, int64_t now) const;

  // A connection comes under this handle with a ticket that is kFresh, which is spent from here on.
  void Take(const void* handle, const identity::Ticket& ticket, int64_t now);
  // It is over, or was not let in.
  void Forget(const void* handle) { standing_.erase(handle); }

 private:
  struct Used {
    int64_t until;  // it is too old by then
    std::string nonce;
  };

  const std::string secret_;
  std::deque<Used> used_;  // oldest first; of the time in which a ticket lets in
  absl::flat_hash_set<std::string> nonces_;
  absl::flat_hash_map<const void*, std::string> standing_;
};

// Where a client comes from by its ticket, which outlives the result.
Origin OriginOf(const identity::Ticket& ticket);

}  // namespace plugin
