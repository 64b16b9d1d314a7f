#include "control/provisioning/device.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/members.h"
#include "control/provisioning/effects.h"
#include "control/provisioning/expiry.h"
#include "control/provisioning/template_texts.h"
#include "provisioning/plan.h"
#include "rest/digest.h"

namespace control {
namespace {

using policy::Certificate;
using policy::Node;
using policy::ProvisioningTemplate;
using provisioning::Texts;
using Answered = std::variant<Done, DeviceRefusal, HookQuestion>;

constexpr size_t kTokenIdBytes = 64;  // a token begins with its certificate's id

DeviceRefusal InvalidParameters(absl::string_view message) {
  return {400, "InvalidParameters", std::string(message)};
}
DeviceRefusal InvalidCsr(absl::string_view message) {
  return {400, "InvalidCSR", std::string(message)};
}
DeviceRefusal InvalidToken(absl::string_view message) {
  return {400, "InvalidCertificateOwnershipToken", std::string(message)};
}
DeviceRefusal Denied(absl::string_view message) {
  return {403, "AccessDenied", std::string(message)};
}
DeviceRefusal Internal(absl::string_view message) {
  return {500, "InternalError", std::string(message)};
}

// What an operation of the account says, in the words of F6.
DeviceRefusal FromAccount(const Refusal& refusal) {
  if (refusal.status == 404) return {404, "ResourceNotFound", refusal.message};
  if (refusal.status == 409) return {409, "ResourceConflict", refusal.message};
  if (refusal.status >= 500) return Internal(refusal.message);
  return InvalidParameters(refusal.message);
}

std::variant<Node, DeviceRefusal> ReadPayload(absl::string_view payload) {
  if (absl::StripAsciiWhitespace(payload).empty()) payload = "{}";
  auto body = policy::ParseJsonTree(payload, kBodyBytesMax);
  if (!body.ok()) {
    return InvalidParameters(absl::StrCat("The payload is not right: ", body.status().message()));
  }
  if (body->kind == Node::Kind::kObject) return *std::move(body);
  return InvalidParameters(
      absl::StrCat("The payload must be an object, not ", policy::KindText(body->kind)));
}

// Empty: it is not there, or null. Nothing: it is no text.
std::optional<std::string> TextMember(const Node& object, absl::string_view name) {
  const Node* const member = object.Find(name);
  if (member == nullptr || member->kind == Node::Kind::kNull) return "";
  if (member->kind != Node::Kind::kString) return std::nullopt;
  return member->text;
}

// Keeps a certificate until its owner comes with the token (F2).
Done KeepForOwner(const Made& made, const DeviceAsks& asks, const Surroundings& here) {
  const std::string token =
      absl::StrCat(made.id, here.new_code(), here.new_code(), here.new_code());
  Certificate entry = NewCertificate(here, made.id);
  entry.status = policy::CertificateStatus::kPendingActivation;
  entry.token_sha256 = rest::Sha256Hex(token);
  entry.token_owner = asks.principal;
  entry.expires = here.bench_ms() + kTokenMs;
  return {.body = Json()
                      .Text("certificateId", made.id)
                      .Text("certificatePem", made.certificate)
                      .TextIfAny("privateKey", made.private_key)
                      .Text("certificateOwnershipToken", token)
                      .Finish(),
          .changes = KeepCertificate(entry, made.certificate)};
}

Answered CreateKeys(const DeviceAsks& asks, const Surroundings& here) {
  if (here.make_certificate == nullptr) return Internal(kNoAuthority);
  const auto made = here.make_certificate();
  if (!made.ok()) return Internal("The local authority could not make a certificate");
  return KeepForOwner(*made, asks, here);
}

Answered CreateFromCsr(const DeviceAsks& asks, const Node& payload, const Surroundings& here) {
  const auto csr = TextMember(payload, "certificateSigningRequest");
  if (!csr || csr->empty()) return InvalidCsr("The certificateSigningRequest is missing");
  if (csr->size() > kCsr.most) {
    return InvalidCsr(
        absl::StrCat("The certificateSigningRequest is longer than ", kCsr.most, " characters"));
  }
  if (here.certify == nullptr) return Internal(kNoAuthority);
  const auto made = here.certify(*csr);
  if (absl::IsInvalidArgument(made.status())) {
    return InvalidCsr(
        absl::StrCat("The certificateSigningRequest is not right: ", made.status().message()));
  }
  if (!made.ok()) return Internal("The local authority could not make a certificate");
  return KeepForOwner(*made, asks, here);
}

// The certificate that a token is of.
std::variant<Certificate, DeviceRefusal> FindOwned(const DeviceAsks& asks, const Node& payload,
                                                   const Account& account,
                                                   const Surroundings& here) {
  const auto token = TextMember(payload, "certificateOwnershipToken");
  if (!token) return InvalidToken("Certificate ownership token must be a string.");
  if (token->empty()) return InvalidToken("Certificate ownership token cannot be empty.");
  const Certificate* const found =
      account.registry().FindCertificate(absl::string_view(*token).substr(0, kTokenIdBytes));
  const bool is_it = found != nullptr && found->awaits_its_owner() &&
                     found->expires > here.bench_ms() &&
                     rest::SameText(found->token_sha256, rest::Sha256Hex(*token)) &&
                     (found->token_owner.empty() || found->token_owner == asks.principal);
  if (is_it) return *found;
  return InvalidToken("Certificate ownership token is not valid, was used, or has expired.");
}

std::variant<Texts, DeviceRefusal> ReadParameters(const Node& payload) {
  Texts parameters;
  const Node* const given = payload.Find("parameters");
  if (given == nullptr || given->kind == Node::Kind::kNull) return parameters;
  if (given->kind != Node::Kind::kObject) return InvalidParameters("parameters must be an object");
  for (size_t i = 0; i < given->names.size(); ++i) {
    if (given->elements[i].kind != Node::Kind::kString) {
      return InvalidParameters(
          absl::StrCat("the parameter ", given->names[i].text, " must be a string"));
    }
    parameters.emplace(given->names[i].text, given->elements[i].text);
  }
  return parameters;
}

// The template, if devices may be provisioned with it (F13).
std::variant<const ProvisioningTemplate*, DeviceRefusal> FindEnabled(const DeviceAsks& asks,
                                                                     const Account& account,
                                                                     const Surroundings& here) {
  const ProvisioningTemplate* const one = account.registry().FindTemplate(asks.template_name);
  if (one == nullptr) return FromAccount(TemplateNotFound(asks.template_name));
  if (one->just_in_time) return Denied("The provisioning template is of the type JITP");
  if (!one->enabled) return Denied("The provisioning template is not enabled");
  const bool has_hook = one->hook != ProvisioningTemplate::Hook();
  if (has_hook && here.hooks == Surroundings::Hooks::kRefused) {
    return Denied("The provisioning template has a hook, and nobody can be asked");
  }
  return one;
}

HookQuestion Ask(const DeviceAsks& asks, const ProvisioningTemplate& one,
                 const Certificate& certificate, const Texts& parameters,
                 const Surroundings& here) {
  const auto pem = here.read_entry(policy::RegistryPart::kCertificatePems, certificate.id);
  return {Json()
              .Text("claimCertificateId", asks.principal)
              .Text("certificateId", certificate.id)
              .Text("certificatePem", pem.value_or(""))
              .Text("templateArn", Arn(here, "provisioningtemplate", one.name))
              .Text("templateName", one.name)
              .Text("clientId", asks.client_id)
              .Map("parameters", parameters)
              .Finish()};
}

Answered ProvisionDevice(const DeviceAsks& asks, const Node& payload,
                         const std::optional<HookVerdict>& verdict, const Account& account,
                         const Surroundings& here) {
  const auto enabled = FindEnabled(asks, account, here);
  if (const auto* refusal = std::get_if<DeviceRefusal>(&enabled)) return *refusal;
  const ProvisioningTemplate& one = *std::get<const ProvisioningTemplate*>(enabled);
  const auto owned = FindOwned(asks, payload, account, here);
  if (const auto* refusal = std::get_if<DeviceRefusal>(&owned)) return *refusal;
  const auto& certificate = std::get<Certificate>(owned);
  auto read = ReadParameters(payload);
  if (auto* refusal = std::get_if<DeviceRefusal>(&read)) return std::move(*refusal);
  auto& parameters = std::get<Texts>(read);
  if (one.hook != ProvisioningTemplate::Hook() && here.hooks == Surroundings::Hooks::kAsked) {
    if (!verdict) return Ask(asks, one, certificate, parameters, here);
    if (!verdict->allowed) return Denied("The hook of the provisioning template has refused it");
    for (const auto& [name, value] : verdict->overrides) parameters.insert_or_assign(name, value);
  }
  const auto parsed = provisioning::ParseTemplate(one.versions.at(one.default_id).body,
                                                  provisioning::Purpose::kFleet);
  if (!parsed.ok()) return Internal("The provisioning template cannot be read");
  const auto plan = provisioning::MakePlan(
      *parsed, parameters, {{std::string(provisioning::kCertificateIdParameter), certificate.id}});
  if (!plan.ok()) return InvalidParameters(plan.status().message());
  auto provisioned = Provision(*plan, certificate, account, here);
  if (const auto* refusal = std::get_if<Refusal>(&provisioned)) return FromAccount(*refusal);
  Json answer;
  answer.Map("deviceConfiguration", plan->device_configuration);
  if (plan->thing) answer.Text("thingName", plan->thing->name);
  return Done{.body = answer.Finish(),
              .changes = std::move(std::get<Provisioned>(provisioned).changes)};
}

}  // namespace

absl::StatusOr<HookVerdict> ReadHookVerdict(absl::string_view json) {
  const auto body = policy::ParseJsonTree(json, kBodyBytesMax);
  if (!body.ok()) return body.status();
  const Node* const allowed = body->Find("allowProvisioning");
  if (allowed == nullptr || allowed->kind != Node::Kind::kBool) {
    return absl::InvalidArgumentError("\"allowProvisioning\" must be true or false");
  }
  HookVerdict verdict{.allowed = allowed->text == "true"};
  const Node* const overrides = body->Find("parameterOverrides");
  if (overrides == nullptr || overrides->kind == Node::Kind::kNull) return verdict;
  if (auto s = policy::WantKind(*overrides, Node::Kind::kObject, "\"parameterOverrides\"");
      !s.ok()) {
    return s;
  }
  for (size_t i = 0; i < overrides->names.size(); ++i) {
    const Node& value = overrides->elements[i];
    if (auto s = policy::WantKind(value, Node::Kind::kString, "an override"); !s.ok()) return s;
    verdict.overrides.emplace(overrides->names[i].text, value.text);
  }
  return verdict;
}

std::variant<Done, DeviceRefusal, HookQuestion> AnswerDevice(
    const DeviceAsks& asks, const std::optional<HookVerdict>& verdict, const Account& account,
    const Surroundings& here) {
  const auto payload = ReadPayload(asks.payload);
  if (const auto* refusal = std::get_if<DeviceRefusal>(&payload)) return *refusal;
  const Node& body = std::get<Node>(payload);
  switch (asks.verb) {
    case DeviceAsks::Verb::kCreateKeys:
      return CreateKeys(asks, here);
    case DeviceAsks::Verb::kCreateFromCsr:
      return CreateFromCsr(asks, body, here);
    case DeviceAsks::Verb::kProvision:
      break;
  }
  return ProvisionDevice(asks, body, verdict, account, here);
}

}  // namespace control
