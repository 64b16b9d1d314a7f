// Principals of things (PR1 to PR4). A principal's entry names its things, so that is what changes.
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/fleet/entries.h"
#include "control/operation.h"
#include "control/paging.h"
#include "control/principal.h"
#include "policy/reference.h"

namespace control {
namespace {

constexpr absl::string_view kExclusiveThing = "EXCLUSIVE_THING";
constexpr absl::string_view kThingPrincipalKinds[] = {kExclusiveThing, "NON_EXCLUSIVE_THING"};
constexpr absl::string_view kThingPrincipalHeader = "x-amzn-principal";

absl::string_view KindName(bool exclusive) {
  return exclusive ? kThingPrincipalKinds[0] : kThingPrincipalKinds[1];
}

// Of one of Account::PrincipalsOfThing.
absl::string_view KindOfPrincipal(const Account& account, absl::string_view id) {
  const auto* const certificate = account.registry().FindCertificate(id);
  if (certificate != nullptr) return KindName(certificate->exclusive);
  const auto* const identity = account.registry().FindIdentity(id);
  return KindName(identity != nullptr && identity->exclusive);
}

// The principal that is called so, or why it is none of ours (PR1).
std::variant<Principal, Refusal> FindPrincipal(const Account& account, const Surroundings& here,
                                               absl::string_view principal) {
  if (auto identity = FindIdentity(account, principal)) return *std::move(identity);
  const auto id = NameInArn(here, principal, "cert");
  if (!id || id->size() != kCertificateId.most || !kCertificateId.fits(*id)) {
    return InvalidRequest(absl::StrCat("Principal ", principal,
                                       " is no certificate of this account, such as ",
                                       Arn(here, "cert", "ID"), ", and no identity of Cognito"));
  }
  const policy::Certificate* const certificate = account.registry().FindCertificate(*id);
  if (certificate == nullptr) return CertificateNotFound(*id);
  return Principal{.certificate = certificate};
}

// Both ends of an attachment.
struct Ends {
  std::string thing;
  Principal principal;
};

std::variant<Ends, Refusal> FindEnds(const Account& account, const Surroundings& here,
                                     std::string thing, absl::string_view principal) {
  if (account.registry().FindThing(thing) == nullptr) return ThingNotFound(thing);
  auto found = FindPrincipal(account, here, principal);
  if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  return Ends{std::move(thing), std::get<Principal>(std::move(found))};
}

// Why an attachment that is not there yet cannot be made (PR2). `called` is the principal.
std::optional<Refusal> AttachRefusal(const Ends& ends, absl::string_view called, bool exclusive) {
  if (ends.principal.exclusive()) {
    return InvalidRequest(absl::StrCat("Principal ", called, " is attached to thing ",
                                       ends.principal.things().front().name, " as ",
                                       kExclusiveThing, ": it can be attached to no other"));
  }
  if (!exclusive || ends.principal.things().empty()) return std::nullopt;
  return InvalidRequest(absl::StrCat("Principal ", called, " cannot be attached to thing ",
                                     ends.thing, " as ", kExclusiveThing,
                                     ": it is attached to other things"));
}

Outcome AttachThingPrincipal(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  std::string thing = in.Label("thingName", kThingName);
  const std::string principal = in.Header(kThingPrincipalHeader, "principal");
  const auto kind = in.QueryWord("thingPrincipalType", kThingPrincipalKinds);
  if (auto refusal = in.Refused()) return *refusal;
  const auto found = FindEnds(account, here, std::move(thing), principal);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const Ends& ends = std::get<Ends>(found);
  if (policy::IsAmong(ends.principal.things(), ends.thing)) {
    const absl::string_view its = KindName(ends.principal.exclusive());
    if (!kind || *kind == its) return Done{};
    return InvalidRequest(absl::StrCat("Principal ", principal, " is attached to thing ",
                                       ends.thing, " as ", its, " already: detach it first"));
  }
  const bool exclusive = kind == kExclusiveThing;
  if (auto refusal = AttachRefusal(ends, principal, exclusive)) return *refusal;
  auto things = ends.principal.things();
  policy::Attach(things, ends.thing);
  return Done{.changes = {WithThings(ends.principal, std::move(things), exclusive)}};
}

Outcome DetachThingPrincipal(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  std::string thing = in.Label("thingName", kThingName);
  const std::string principal = in.Header(kThingPrincipalHeader, "principal");
  if (auto refusal = in.Refused()) return *refusal;
  const auto found = FindEnds(account, here, std::move(thing), principal);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const Ends& ends = std::get<Ends>(found);
  if (!policy::IsAmong(ends.principal.things(), ends.thing)) {
    return NotFound(
        absl::StrCat("Principal ", principal, " is not attached to thing ", ends.thing));
  }
  auto things = ends.principal.things();
  policy::Detach(things, ends.thing);
  return Done{.changes = {WithThings(ends.principal, std::move(things), false)}};
}

// PR3.
std::optional<Refusal> ListingRefusal(const Account& account, absl::string_view thing) {
  if (account.registry().FindThing(thing) != nullptr) return std::nullopt;
  return NotFound(absl::StrCat("Failed to list principals for thing ", thing,
                               " because the thing does not exist in your account"));
}

Outcome ListThingPrincipals(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string thing = in.Label("thingName", kThingName);
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (auto refusal = ListingRefusal(account, thing)) return *refusal;
  Json answer;
  TellByName(
      page, account.PrincipalsOfThing(thing), "principals",
      [&](const std::string& id) { return std::optional(JsonText(PrincipalText(here, id))); },
      answer);
  return Done{.body = answer.Finish()};
}

Outcome ListThingPrincipalsV2(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string thing = in.Label("thingName", kThingName);
  const auto kind = in.QueryWord("thingPrincipalType", kThingPrincipalKinds);
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (auto refusal = ListingRefusal(account, thing)) return *refusal;
  const auto tell = [&](const std::string& id) -> std::optional<std::string> {
    const absl::string_view its = KindOfPrincipal(account, id);
    if (kind && *kind != its) return std::nullopt;
    return Json()
        .Text("principal", PrincipalText(here, id))
        .Text("thingPrincipalType", its)
        .Finish();
  };
  Json answer;
  TellByName(page, account.PrincipalsOfThing(thing), "thingPrincipalObjects", tell, answer);
  return Done{.body = answer.Finish()};
}

// The things of a principal that are registered, by name.
Account::Names ThingsOf(const Account& account, const Principal& principal) {
  Account::Names things;
  for (const policy::Reference& thing : principal.things()) {
    if (account.registry().FindThing(thing.name) != nullptr) things.insert(thing.name);
  }
  return things;
}

Outcome ListPrincipalThings(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string principal = in.Header(kThingPrincipalHeader, "principal");
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const auto found = FindPrincipal(account, here, principal);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  Json answer;
  TellByName(
      page, ThingsOf(account, std::get<Principal>(found)), "things",
      [](const std::string& thing) { return std::optional(JsonText(thing)); }, answer);
  return Done{.body = answer.Finish()};
}

Outcome ListPrincipalThingsV2(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string principal = in.Header(kThingPrincipalHeader, "principal");
  const auto kind = in.QueryWord("thingPrincipalType", kThingPrincipalKinds);
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const auto found = FindPrincipal(account, here, principal);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const absl::string_view its = KindName(std::get<Principal>(found).exclusive());
  const auto tell = [&](const std::string& thing) -> std::optional<std::string> {
    if (kind && *kind != its) return std::nullopt;
    return Json().Text("thingName", thing).Text("thingPrincipalType", its).Finish();
  };
  Json answer;
  TellByName(page, ThingsOf(account, std::get<Principal>(found)), "principalThingObjects", tell,
             answer);
  return Done{.body = answer.Finish()};
}

constexpr Operation kThingPrincipalOperations[] = {
    {"AttachThingPrincipal", "PUT", "/things/{thingName}/principals", ThingResource,
     AttachThingPrincipal},
    {"DetachThingPrincipal", "DELETE", "/things/{thingName}/principals", ThingResource,
     DetachThingPrincipal},
    {"ListThingPrincipals", "GET", "/things/{thingName}/principals", nullptr, ListThingPrincipals},
    {"ListThingPrincipalsV2", "GET", "/things/{thingName}/principals-v2", nullptr,
     ListThingPrincipalsV2},
    {"ListPrincipalThings", "GET", "/principals/things", nullptr, ListPrincipalThings},
    {"ListPrincipalThingsV2", "GET", "/principals/things-v2", nullptr, ListPrincipalThingsV2},
};

}  // namespace

absl::Span<const Operation> ThingPrincipalOperations() { return kThingPrincipalOperations; }

}  // namespace control
