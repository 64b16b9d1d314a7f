// Who is let in, who stands when the broker asks again, and who has gone.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "plugin/gate.h"
#include "plugin/plugin.h"
#include "proto/envelope.h"

namespace plugin {
namespace {

using Claim = Tickets::Claim;
using Fate = FaultInjector::Fate;

// A user name that comes from a certificate has no password with it.
bool WantsToEndASession(const Client& client, absl::string_view username,
                        absl::string_view password) {
  return username == proto::kServiceUser && !password.empty() && !IsReservedId(client.id);
}

}  // namespace

Verdict Plugin::Connect(const Client& client, const Origin& origin, absl::string_view username,
                        absl::string_view password, int64_t now_us) {
  session_enders_.erase(client.handle);  // an earlier connection, at the same place
  pages_.erase(client.handle);
  if (WantsToEndASession(client, username, password)) {
    return AdmitSessionEnder(client, password, now_us);
  }
  const int64_t now = broker_.EpochSeconds();
  const Tickets::Shown shown = tickets_.Look(client.handle, origin, username, password, now);
  if (shown.claim == Claim::kNone) return Arrive(client, origin, username, password, now_us);
  if (shown.claim == Claim::kFresh) tickets_.Take(client.handle, shown.ticket, now);
  if (shown.claim != Claim::kFresh && shown.claim != Claim::kStanding) {
    return RefuseTicket(client, now_us);
  }
  const Verdict verdict = Arrive(client, OriginOf(shown.ticket), username, password, now_us);
  if (!verdict) tickets_.Forget(client.handle);
  return verdict;
}

bool Plugin::RefuseTicket(const Client& client, int64_t now_us) {
  ++status_.forbidden_connects;
  warnings_.Say(
      "a client came with the user name that is shadowd's for MQTT over WebSocket, and "
      "without a ticket of shadowd that lets it in now",
      now_us);
  connections_.WillBeCut(client.handle, DisconnectReason::kAuthError);
  return false;
}

Verdict Plugin::Arrive(const Client& client, const Origin& origin, absl::string_view username,
                       absl::string_view password, int64_t now_us) {
  const bool is_websocket = origin.websocket || origin.tunnel;
  const Identity identity = {
      .principal = origin.principal(),
      .address = origin.address,
      .way = is_websocket ? proto::ConnectionWay::kWebSocket : proto::ConnectionWay::kMqtt};
  const Verdict admitted = Admit(client, origin, identity, username, password, now_us);
  const auto* const connection = connections_.Find(client.handle);
  // Who has a connection already is refused when the broker asks again, and loses it.
  if (!admitted) connections_.WillBeCut(client.handle, DisconnectReason::kAuthError);
  if (!options_.lifecycle_events || IsReservedId(client.id)) return admitted;
  if (admitted) {
    presence_.Connected(*connection, now_us);
  } else if (connection == nullptr && admitted.kind() == Verdict::Kind::kNo) {
    presence_.Refused(client.id, identity);
  }
  return admitted;
}

Verdict Plugin::Admit(const Client& client, const Origin& origin, Identity identity,
                      absl::string_view username, absl::string_view password, int64_t now_us) {
  if (absl::StartsWith(client.id, proto::kConsoleClientIdPrefix)) {
    return AdmitConsole(client, username, password, now_us);
  }
  const bool service = absl::StartsWith(client.id, proto::kServiceClientIdPrefix);
  if (service && (username != proto::kServiceUser || !SameSecret(password, secret_))) {
    return WarnOfFalseService(now_us);
  }
  if (!service && IsReservedId(client.id)) {
    ++status_.forbidden_connects;
    warnings_.Say("a client id that begins with $shadow was refused: it is reserved", now_us);
    return false;
  }
  if (!service) {
    if (const auto fault = manners_.Connect(client.id)) {
      ++status_.bad_manners;
      WarnOfManners(client, *fault, "was refused");
      return TurnAway(client, identity);
    }
    if (!access_.Connect(client, origin)) return TurnAway(client, identity);
    if (const auto fault = manners_.KeepAlive(client.keep_alive_s)) {
      WarnOfManners(client, *fault, "was let in");
    }
    identity.thing = access_.ThingOf(client.handle, client.id);
    const Verdict verdict = FaultsLetIn(client, identity);
    observer_.Connected(client, identity, verdict);
    if (!verdict) {
      access_.Disconnect(client.handle);
      return verdict;
    }
  }
  connections_.Add(client, identity, service);
  if (!service) filters_.Connect(client.id, client.handle, client.clean_session);
  return true;
}

Verdict Plugin::TurnAway(const Client& client, Identity identity) {
  identity.thing = access_.ThingOf(/*handle=*/nullptr, client.id);
  // Who has a connection already is asked about again, and does not connect.
  if (connections_.Find(client.handle) == nullptr) observer_.Connected(client, identity, false);
  return false;
}

Verdict Plugin::FaultsLetIn(const Client& client, const Identity& identity) {
  if (faults_ == nullptr) return true;
  const Fate fate = faults_->Connect(
      {.client = client.id, .certificate = identity.principal, .thing = identity.thing});
  if (fate == Fate::kAsUsual) return true;
  return fate == Fate::kCutNow ? Verdict::Cut() : Verdict(false);
}

bool Plugin::WarnOfFalseService(int64_t now_us) {
  ++status_.forbidden_connects;
  warnings_.Say("a client without the link's secret wanted to connect as the service", now_us);
  return false;
}

bool Plugin::AdmitConsole(const Client& client, absl::string_view username,
                          absl::string_view password, int64_t now_us) {
  const bool is_user = absl::ConsumePrefix(&username, proto::kConsoleUserPrefix);
  if (!is_user || username.empty() || !SameSecret(password, secret_)) {
    return WarnOfFalseService(now_us);
  }
  connections_.Add(client, {.principal = username, .way = proto::ConnectionWay::kConsole},
                   /*service=*/true);
  filters_.Connect(client.id, client.handle, /*clean=*/true);
  pages_[client.handle] = {.client_id = std::string(client.id), .user = std::string(username)};
  return true;
}

// A member of a group would take messages from those they are meant for.
bool Plugin::LetConsoleSubscribe(const Client& client, absl::string_view filter) {
  if (WithoutShare(filter).size() < filter.size() || !plugin::MaySubscribe(filter)) return false;
  filters_.Subscribe(client.id, filter, client.filters);
  audience_.Subscribed(filter);
  return true;
}

bool Plugin::AdmitSessionEnder(const Client& client, absl::string_view password, int64_t now_us) {
  if (!SameSecret(password, secret_)) return WarnOfFalseService(now_us);
  if (connections_.HandleOf(client.id) != nullptr) return false;
  connections_.Add(client, {}, /*service=*/true);
  filters_.Connect(client.id, client.handle, /*clean=*/true);
  session_enders_.insert(client.handle);
  return true;
}

bool Plugin::Stands(const Client& client, const Origin& origin, absl::string_view username,
                    absl::string_view password, bool has_subscriptions) {
  const auto* const known = connections_.Find(client.handle);
  const Claim claim =
      tickets_.Look(client.handle, origin, username, password, broker_.EpochSeconds()).claim;
  if (claim == Claim::kSpent) access_.TakeForAway(client, origin.address);
  if (claim != Claim::kNone) return claim == Claim::kStanding || claim == Claim::kSpent;
  if (known != nullptr && known->client_id == client.id &&
      (known->service || access_.IsSame(client.handle, origin))) {
    return true;
  }
  if (IsReservedId(client.id)) return false;
  return access_.IsAway(client, origin, has_subscriptions);
}

void Plugin::Disconnect(const Client& client, int64_t now_us,
                        std::optional<DisconnectReason> told) {
  if (session_enders_.erase(client.handle) > 0) {
    connections_.Remove(client.handle);
    return filters_.Disconnect(client.id, client.handle, /*clean=*/true);
  }
  pages_.erase(client.handle);
  tickets_.Forget(client.handle);
  if (expelling_) connections_.WillBeCut(client.handle, DisconnectReason::kAuthError);
  access_.Disconnect(client.handle);
  if (const auto* const ended = connections_.Remove(client.handle, told)) {
    manners_.Disconnect(ended->number);
    presence_.Disconnected(*ended, now_us);
    observer_.Disconnected(*ended);
    if (faults_ != nullptr && !ended->service) faults_->Ended(PeerOf(*ended));
  }
  filters_.Disconnect(client.id, client.handle, client.clean_session);
  link_.Disconnect(client.handle, now_us);
}

}  // namespace plugin
