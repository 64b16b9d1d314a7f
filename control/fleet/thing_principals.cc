// Principals of things (PR1 to PR4). A certificate's entry names its things, so that is what
// changes.
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/fleet/entries.h"
#include "control/operation.h"
#include "control/paging.h"
#include "policy/reference.h"

namespace control {
namespace {

using policy::Certificate;

constexpr absl::string_view kExclusiveThing = "EXCLUSIVE_THING";
constexpr absl::string_view kThingPrincipalKinds[] = {kExclusiveThing, "NON_EXCLUSIVE_THING"};
constexpr absl::string_view kThingPrincipalHeader = "x-amzn-principal";

absl::string_view PrincipalKind(const Certificate& certificate) {
  return certificate.exclusive ? kThingPrincipalKinds[0] : kThingPrincipalKinds[1];
}

// The certificate that a principal is, or why it is none of ours (PR1).
std::variant<const Certificate*, Refusal> FindPrincipal(const Account& account,
                                                        const Surroundings& here,
                                                        absl::string_view principal) {
  if (IsCognitoIdentity(principal)) {
    return InvalidRequest("Identities of Amazon Cognito are not known here");
  }
  const auto id = NameInArn(here, principal, "cert");
  if (!id || id->size() != kCertificateId.most || !kCertificateId.fits(*id)) {
    return InvalidRequest(absl::StrCat("Principal ", principal,
                                       " is no certificate of this account, such as ",
                                       Arn(here, "cert", "ID")));
  }
  const Certificate* const certificate = account.registry().FindCertificate(*id);
  if (certificate == nullptr) return CertificateNotFound(*id);
  return certificate;
}

// Both ends of an attachment.
struct Ends {
  std::string thing;
  const Certificate* certificate = nullptr;
};

std::variant<Ends, Refusal> FindEnds(const Account& account, const Surroundings& here,
                                     std::string thing, absl::string_view principal) {
  if (account.registry().FindThing(thing) == nullptr) return ThingNotFound(thing);
  auto found = FindPrincipal(account, here, principal);
  if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  return Ends{std::move(thing), std::get<const Certificate*>(found)};
}

// Why an attachment that is not there yet cannot be made (PR2).
std::optional<Refusal> AttachRefusal(const Ends& ends, const Surroundings& here, bool exclusive) {
  const std::string arn = Arn(here, "cert", ends.certificate->id);
  if (ends.certificate->exclusive) {
    return InvalidRequest(absl::StrCat("Principal ", arn, " is attached to thing ",
                                       ends.certificate->things.front().name, " as ",
                                       kExclusiveThing, ": it can be attached to no other"));
  }
  if (!exclusive || ends.certificate->things.empty()) return std::nullopt;
  return InvalidRequest(absl::StrCat("Principal ", arn, " cannot be attached to thing ", ends.thing,
                                     " as ", kExclusiveThing, ": it is attached to other things"));
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
  if (policy::IsAmong(ends.certificate->things, ends.thing)) {
    if (!kind || *kind == PrincipalKind(*ends.certificate)) return Done{};
    return InvalidRequest(absl::StrCat("Principal ", principal, " is attached to thing ",
                                       ends.thing, " as ", PrincipalKind(*ends.certificate),
                                       " already: detach it first"));
  }
  const bool exclusive = kind == kExclusiveThing;
  if (auto refusal = AttachRefusal(ends, here, exclusive)) return *refusal;
  Certificate certificate = *ends.certificate;
  policy::Attach(certificate.things, ends.thing);
  certificate.exclusive = exclusive;
  return Done{.changes = {Put(certificate)}};
}

Outcome DetachThingPrincipal(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  std::string thing = in.Label("thingName", kThingName);
  const std::string principal = in.Header(kThingPrincipalHeader, "principal");
  if (auto refusal = in.Refused()) return *refusal;
  const auto found = FindEnds(account, here, std::move(thing), principal);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const Ends& ends = std::get<Ends>(found);
  if (!policy::IsAmong(ends.certificate->things, ends.thing)) {
    return NotFound(
        absl::StrCat("Principal ", principal, " is not attached to thing ", ends.thing));
  }
  Certificate certificate = *ends.certificate;
  policy::Detach(certificate.things, ends.thing);
  certificate.exclusive = false;
  return Done{.changes = {Put(certificate)}};
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
      page, account.CertificatesOfThing(thing), "principals",
      [&](const std::string& id) { return std::optional(JsonText(Arn(here, "cert", id))); },
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
    const absl::string_view its = PrincipalKind(*account.registry().FindCertificate(id));
    if (kind && *kind != its) return std::nullopt;
    return Json().Text("principal", Arn(here, "cert", id)).Text("thingPrincipalType", its).Finish();
  };
  Json answer;
  TellByName(page, account.CertificatesOfThing(thing), "thingPrincipalObjects", tell, answer);
  return Done{.body = answer.Finish()};
}

// The things of a certificate that are registered, by name.
Account::Names ThingsOf(const Account& account, const Certificate& certificate) {
  Account::Names things;
  for (const policy::Reference& thing : certificate.things) {
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
      page, ThingsOf(account, *std::get<const Certificate*>(found)), "things",
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
  const Certificate& certificate = *std::get<const Certificate*>(found);
  const auto tell = [&](const std::string& thing) -> std::optional<std::string> {
    if (kind && *kind != PrincipalKind(certificate)) return std::nullopt;
    return Json()
        .Text("thingName", thing)
        .Text("thingPrincipalType", PrincipalKind(certificate))
        .Finish();
  };
  Json answer;
  TellByName(page, ThingsOf(account, certificate), "principalThingObjects", tell, answer);
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
