#include "plugin/access.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugin/gate.h"
#include "policy/action.h"
#include "policy/explain.h"
#include "policy/registry_journal.h"
#include "policy/registry_part.h"
#include "shadow/id.h"

namespace plugin {

using policy::Action;

namespace {

absl::StatusOr<std::vector<policy::EntryChange>> EntriesOf(const proto::RegistryCommand& command) {
  std::vector<policy::EntryChange> entries;
  entries.reserve(command.changes.size());
  for (const proto::RegistryCommand::Change& change : command.changes) {
    const auto part = policy::PartOfNumber(change.part);
    if (!part) {
      return absl::InvalidArgumentError(
          absl::StrCat("the registry has no part ", change.part, ", of which \"",
                       absl::Utf8SafeCEscape(change.name), "\" would be an entry"));
    }
    policy::EntryChange entry{*part, std::string(change.name), {}};
    if (change.text) entry.text.emplace(*change.text);
    entries.push_back(std::move(entry));
  }
  return entries;
}

// The thing that a client stands for. `principal` may be null.
absl::string_view WhatItStandsFor(const Principal* principal, absl::string_view client_id) {
  if (principal != nullptr && !principal->only_thing().empty()) return principal->only_thing();
  return shadow::IsThingName(client_id) ? client_id : "";
}

}  // namespace

Access::Access(const Options& options, std::shared_ptr<policy::Registry> registry, Broker& broker,
               proto::PluginStatus& status)
    : auth_(options.auth),
      open_beyond_loopback_(options.open_beyond_loopback),
      open_to_websocket_(options.open_to_websocket),
      broker_(broker),
      status_(status),
      registry_(options.registry, std::move(registry)),
      reviews_(broker) {}

bool Access::IsNear(absl::string_view address) const {
  return open_beyond_loopback_ || IsLocal(address);
}

bool Access::LetsInWithoutCertificate(const Origin& origin) const {
  return auth_ != Auth::kCertificate && IsNear(origin.address) &&
         (open_to_websocket_ || !origin.websocket);
}

bool Access::Connect(const Client& client, const Origin& origin) {
  Forget(client.handle);  // an earlier connection's, at the same place
  if (!LetIn(client, origin)) return false;
  newest_ = client.handle;
  newest_id_.assign(client.id.data(), client.id.size());
  return true;
}

bool Access::LetIn(const Client& client, const Origin& origin) {
  if (auth_ == Auth::kOpen || (auth_ == Auth::kCertificateOrLocal && origin.principal().empty())) {
    if (LetsInWithoutCertificate(origin)) {
      if (auth_ != Auth::kOpen) guests_.try_emplace(client.handle);
      return true;
    }
    const bool near = IsNear(origin.address);
    ++(near ? status_.refused_identity : status_.refused_beyond_loopback);
    Tell({nullptr, client.id, origin.address}, Action::kConnect, client.id, [&]() -> std::string {
      if (near) {
        return "it comes over WebSocket without an identity, as any web page can; "
               "plugin_opt_open_to_websocket would let it in";
      }
      return absl::StrCat("it comes from ", origin.address.empty() ? "nowhere" : origin.address,
                          " without an identity; plugin_opt_open_beyond_loopback would let it in");
    });
    return false;
  }
  auto principal = std::make_unique<Principal>(client.id, origin, !client.clean_session);
  principal->Resolve(*registry_.registry(), registry_.generation());
  std::string why;
  if (!Belongs(*principal, why)) {
    absl::StrAppend(&why,
                    newcomers_.Note(*registry_.registry(), client.id, origin, broker_.SteadyUs()));
    Tell(*principal, Action::kConnect, client.id, [&] { return why; });
    return false;
  }
  Seat(client.handle, std::move(principal));
  return true;
}

void Access::Seat(const void* handle, std::unique_ptr<Principal> principal) {
  Guest& guest = guests_[handle];
  const bool stands = !guest.departed;
  if (stands && guest.principal != nullptr) reviews_.Left(handle, *guest.principal);
  guest.principal = std::move(principal);
  if (stands) reviews_.Came(handle, *guest.principal);
}

void Access::Forget(const void* handle) {
  const auto found = guests_.find(handle);
  if (found == guests_.end()) return;
  const Guest& guest = found->second;
  if (guest.principal != nullptr && !guest.departed) reviews_.Left(handle, *guest.principal);
  guests_.erase(found);
}

// Of one that is not active.
std::string Access::StandingText(const Principal& principal) const {
  if (principal.id().empty()) return "it came without a client certificate";
  if (principal.standing() == Principal::Standing::kUnknown) {
    return absl::StrCat("the ", principal.Kind(), " is not registered");
  }
  const auto* const certificate = registry_.registry()->FindCertificate(principal.id());
  return absl::StrCat("the ", principal.Kind(), " is ",
                      certificate == nullptr ? "INACTIVE" : StatusName(certificate->status));
}

// Sets `why` and counts if not.
bool Access::Belongs(Principal& principal, std::string& why) {
  const int64_t now = broker_.EpochSeconds();
  if (principal.standing() != Principal::Standing::kActive) {
    ++status_.refused_identity;
    why = StandingText(principal);
    return false;
  }
  if (principal.May(Action::kConnect, principal.client_id(), now)) return true;
  ++status_.refused_connect;
  why = principal.Explain(Action::kConnect, principal.client_id(), now);
  return false;
}

void Access::Disconnect(const void* handle) {
  const auto found = guests_.find(handle);
  if (found == guests_.end()) return;
  Guest& guest = found->second;
  if (guest.principal != nullptr) {
    if (!guest.departed) reviews_.Left(handle, *guest.principal);
    guest.principal->Depart();
  }
  guest.departed = true;
  departed_.push_back(handle);
  if (departed_.size() <= kDepartedMax) return;
  const auto oldest = guests_.find(departed_.front());
  departed_.pop_front();
  if (oldest != guests_.end() && oldest->second.departed) guests_.erase(oldest);
}

const Principal* Access::PrincipalOf(const void* handle) const {
  const auto found = guests_.find(handle);
  return found == guests_.end() ? nullptr : found->second.principal.get();
}

bool Access::IsSame(const void* handle, const Origin& origin) const {
  if (auth_ == Auth::kOpen) return true;
  const Principal* const principal = PrincipalOf(handle);
  return (principal == nullptr ? "" : principal->id()) == origin.principal();
}

bool Access::IsAway(const Client& client, const Origin& origin, bool has_subscriptions) {
  if (origin.certificate) return false;  // TLS is up
  if (has_subscriptions || origin.address.empty()) return true;
  if (LetsInWithoutCertificate(origin)) return false;
  TakeForAway(client, origin.address);
  return true;
}

void Access::TakeForAway(const Client& client, absl::string_view address) {
  Seat(client.handle, std::make_unique<Principal>(client.id, Origin{.address = address}, true));
}

// Who has gone is no longer told of changes, and is asked about for its will alone.
Principal& Access::Current(Guest& guest) const {
  Principal& principal = *guest.principal;
  if (guest.departed || principal.generation() != registry_.generation()) {
    principal.Resolve(*registry_.registry(), registry_.generation());
  }
  return principal;
}

bool Access::MayPublish(const Client& client, absl::string_view topic, bool retain) {
  if (auth_ == Auth::kOpen) return true;
  const auto found = guests_.find(client.handle);
  if (found == guests_.end()) return RefuseUnknown(client, Action::kPublish, topic);
  if (found->second.principal == nullptr) return true;
  Principal& principal = Current(found->second);
  uint64_t& refused = status_.refused_publish;
  if (IsWill(client, found->second) && !MayLeaveWill(principal, topic)) return false;
  return May(principal, Action::kPublish, topic, refused) &&
         (!retain || May(principal, Action::kRetainPublish, topic, refused));
}

bool Access::MaySubscribe(const Client& client, absl::string_view filter) {
  if (auth_ == Auth::kOpen) return true;
  const absl::string_view plain = WithoutShare(filter);
  const auto found = guests_.find(client.handle);
  if (found == guests_.end()) return RefuseUnknown(client, Action::kSubscribe, plain);
  if (found->second.principal == nullptr) return true;
  Principal& principal = Current(found->second);
  uint64_t& refused = status_.refused_subscribe;
  if (!May(principal, Action::kSubscribe, plain, refused)) return false;
  // Each message of a group goes to one of its members: what that one may not have, nobody gets.
  const bool is_shared = plain.size() < filter.size();
  return !is_shared || plain.find_first_of("+#") != plain.npos ||
         May(principal, Action::kReceive, plain, refused);
}

bool Access::MayReceive(const Client& client, absl::string_view topic) {
  if (auth_ == Auth::kOpen) return true;
  const auto found = guests_.find(client.handle);
  if (found == guests_.end() || found->second.principal == nullptr || found->second.departed) {
    return true;
  }
  return May(Current(found->second), Action::kReceive, topic, status_.refused_receive);
}

bool Access::May(Principal& principal, Action action, absl::string_view name, uint64_t& refused) {
  const int64_t now = broker_.EpochSeconds();
  if (principal.May(action, name, now)) return true;
  ++refused;
  Tell(principal, action, name, [&] { return principal.Explain(action, name, now); });
  return false;
}

// The broker sends the will of a connection when it is over, or when another takes its place.
bool Access::IsWill(const Client& client, const Guest& guest) const {
  return guest.departed || (client.handle != newest_ && client.id == newest_id_);
}

bool Access::MayLeaveWill(const Principal& principal, absl::string_view topic) {
  if (principal.MayLeaveWill(topic, broker_.EpochSeconds())) return true;
  ++status_.refused_publish;
  Tell(principal, Action::kConnect, principal.client_id(),
       [&] { return absl::StrCat("no policy lets it connect with a will to ", topic); });
  return false;
}

// A client that came by a way on which the broker asked nobody whether it may.
bool Access::RefuseUnknown(const Client& client, Action action, absl::string_view name) {
  ++(action == Action::kPublish ? status_.refused_publish : status_.refused_subscribe);
  Tell({nullptr, client.id, ""}, action, name, [] {
    return "nothing is known of the connection; is use_identity_as_username set on its listener?";
  });
  return false;
}

void Access::Tell(const Refused& who, Action action, absl::string_view name,
                  absl::FunctionRef<std::string()> why) {
  if (!log_.Wants(who.client_id, policy::ActionName(action), name)) return;
  const Principal* const principal = who.principal;
  const bool is_known = principal != nullptr && !principal->id().empty();
  const std::string with = is_known ? absl::StrCat("with ", principal->Kind(), " ", principal->id())
                                    : std::string("without a certificate");
  std::string reason = why();
  broker_.Log(
      LogLevel::kWarning,
      absl::StrCat("shadow: refused client ", absl::Utf8SafeCEscape(who.client_id), " ", with, ": ",
                   absl::Utf8SafeCEscape(policy::RequestText({action, name})), ": ", reason));
  log_.Keep({.client_id = std::string(who.client_id),
             .principal = std::string(is_known ? principal->id() : ""),
             .address = std::string(who.address),
             .thing = std::string(WhatItStandsFor(principal, who.client_id)),
             .action = std::string(policy::ActionName(action)),
             .name = policy::ResourceText({action, name}),
             .reason = std::move(reason)});
}

absl::string_view Access::ThingOf(const void* handle, absl::string_view client_id) const {
  return WhatItStandsFor(PrincipalOf(handle), client_id);
}

void Access::Reload() {
  if (auth_ != Auth::kOpen) registry_.Begin();
}

void Access::Tick(int64_t now_us) {
  if (const uint64_t untold = log_.Tick(now_us); untold > 0) {
    broker_.Log(LogLevel::kWarning,
                absl::StrCat("shadow: ", untold, " more refusals were not told one by one"));
  }
  if (auth_ == Auth::kOpen) return;
  if (const auto ended = registry_.Poll()) EndReload(*ended);
  reviews_.Tick([this](const void* handle) { return Judge(handle); });
}

void Access::EndReload(const absl::Status& status) {
  if (!status.ok()) {
    ++status_.registry_refusals;
    for (const absl::string_view fault : absl::StrSplit(status.message(), '\n')) {
      broker_.Log(LogLevel::kError, absl::StrCat("shadow: registry: ", fault));
    }
    broker_.Log(LogLevel::kError,
                "shadow: the registry was not taken; the last good one stays in force");
    for (const Changed& changed : std::exchange(reloading_, {})) changed(status);
    return;
  }
  ++status_.registry_loads;
  const policy::Registry& registry = *registry_.registry();
  broker_.Log(LogLevel::kInfo,
              absl::StrCat("shadow: the registry was loaded: ", registry.things().size(),
                           " things, ", registry.policies().size(), " policies, ",
                           registry.certificates().size(), " certificates"));
  reviews_.OfAll([waited = std::exchange(reloading_, {})](uint64_t ended) {
    for (const Changed& changed : waited) changed(ended);
  });
}

void Access::Change(const proto::RegistryCommand& command, Changed changed) {
  if (auth_ == Auth::kOpen) return changed(0);
  if (command.reload) {
    reloading_.push_back(std::move(changed));
    return registry_.Begin();
  }
  const auto changes = EntriesOf(command);
  const absl::Status status = changes.ok() ? registry_.Change(*changes) : changes.status();
  if (status.ok()) {
    return reviews_.OfConcerned(*changes, *registry_.registry(), std::move(changed));
  }
  reviews_.OfNobody([changed = std::move(changed), status](uint64_t) { changed(status); });
}

// Ends it if it would not be let in any more.
bool Access::Judge(const void* handle) {
  const auto found = guests_.find(handle);
  if (found == guests_.end() || found->second.principal == nullptr || found->second.departed) {
    return false;
  }
  Principal& principal = Current(found->second);
  std::string why;
  if (Belongs(principal, why)) {
    judged_.push_back(handle);
    return false;
  }
  ++status_.expelled;
  const std::string client_id = principal.client_id();
  Tell(principal, Action::kConnect, client_id, [&] { return why; });
  broker_.Disconnect(client_id, true);  // which ends the principal
  return true;
}

}  // namespace plugin
