#include "control/provisioning/just_in_time.h"

#include "absl/strings/str_cat.h"
#include "control/certificate_texts.h"
#include "control/provisioning/effects.h"
#include "control/provisioning/template_texts.h"
#include "identity/certificate.h"
#include "identity/certificate_text.h"
#include "identity/presented_certificate.h"
#include "provisioning/plan.h"

namespace control {
namespace {

using policy::CaCertificate;
using policy::Certificate;
using policy::CertificateStatus;

// AWS's members, in its order; null is its word for what nobody has activated.
Event RegisteredEvent(const Certificate& entry, const Surroundings& here) {
  return {.topic = absl::StrCat("$aws/events/certificates/registered/", entry.ca_id),
          .payload = Json()
                         .Text("certificateId", entry.id)
                         .Text("caCertificateId", entry.ca_id)
                         .Number("timestamp", static_cast<uint64_t>(here.now_ms))
                         .Text("certificateStatus", policy::StatusName(entry.status))
                         .Text("awsAccountId", here.account_id)
                         .TextOrNull("certificateRegistrationTimestamp", "")
                         .Finish()};
}

// What a template may ask of the certificate's subject (F11): the first of each.
provisioning::Texts SubjectParameters(const identity::PresentedCertificate& certificate) {
  using policy::NameAttribute;
  constexpr std::pair<absl::string_view, NameAttribute> kParts[] = {
      {"Country", NameAttribute::kCountry},
      {"Organization", NameAttribute::kOrganization},
      {"OrganizationalUnit", NameAttribute::kOrganizationalUnit},
      {"DistinguishedNameQualifier", NameAttribute::kDistinguishedNameQualifier},
      {"StateName", NameAttribute::kState},
      {"CommonName", NameAttribute::kCommonName},
      {"SerialNumber", NameAttribute::kSerialNumber}};
  policy::CertificateFacts facts = identity::FactsOf(*certificate.certificate);
  provisioning::Texts parameters = {
      {std::string(provisioning::kCertificateIdParameter), certificate.id}};
  for (const auto& [name, attribute] : kParts) {
    const auto& values = facts.Subject(attribute);
    if (values.empty()) continue;
    parameters.emplace(absl::StrCat("AWS::IoT::Certificate::", name), values.front());
  }
  return parameters;
}

// The text of an authority's template; empty: it has none.
std::variant<std::string, Refusal> TemplateOf(const CaCertificate& ca, const Account& account) {
  const auto& [body, name, role] = ca.registration;
  if (name.empty()) return body;
  const policy::ProvisioningTemplate* const one = account.registry().FindTemplate(name);
  if (one == nullptr) return TemplateNotFound(name);
  if (!one->just_in_time) {
    return InvalidRequest(absl::StrCat("Provisioning template ", name, " is not of the type JITP"));
  }
  if (!one->enabled) {
    return InvalidRequest(absl::StrCat("Provisioning template ", name, " is not enabled"));
  }
  return one->versions.at(one->default_id).body;
}

Outcome ProvisionJustInTime(const std::string& body, Certificate entry,
                            const identity::PresentedCertificate& certificate,
                            const Account& account, const Surroundings& here) {
  constexpr auto kPurpose = provisioning::Purpose::kJustInTime;
  if (auto refusal = BodyRefusal(body, kPurpose)) return *refusal;
  const auto plan = provisioning::MakePlan(*provisioning::ParseTemplate(body, kPurpose), {},
                                           SubjectParameters(certificate));
  if (!plan.ok()) return InvalidRequest(plan.status().message());
  auto provisioned = Provision(*plan, std::move(entry), account, here);
  if (auto* refusal = std::get_if<Refusal>(&provisioned)) return std::move(*refusal);
  auto& changes = std::get<Provisioned>(provisioned).changes;
  changes.insert(changes.begin(), {policy::RegistryPart::kCertificatePems, certificate.id,
                                   identity::PemOf(*certificate.certificate)});
  return Done{.changes = std::move(changes)};
}

Outcome Repeat(const Certificate& entry, const Account& account, const Surroundings& here) {
  if (entry.status != CertificateStatus::kPendingActivation) return Done{};
  if (entry.awaits_its_owner()) {
    return CertificateState(absl::StrCat(
        "The certificate waits to be provisioned, by its ownership token. Id: ", entry.id));
  }
  const CaCertificate* const ca = account.registry().FindCa(entry.ca_id);
  if (ca == nullptr || !ca->registers_by_itself()) {
    return CertificateState(
        absl::StrCat("The certificate waits to be activated, and its CA certificate registers no "
                     "others: it is not ACTIVE with auto-registration. Id: ",
                     entry.id));
  }
  return Done{.events = {RegisteredEvent(entry, here)}};
}

}  // namespace

Outcome RegisterJustInTime(absl::string_view der, const Account& account,
                           const Surroundings& here) {
  const auto certificate = identity::ReadPresentedDer(der);
  if (!certificate.ok()) {
    return CertificateValidation(
        absl::StrCat("The certificate cannot be read: ", certificate.status().message()));
  }
  if (const Certificate* const known = account.registry().FindCertificate(certificate->id)) {
    return Repeat(*known, account, here);
  }
  for (const auto& [id, ca] : account.registry().cas()) {
    if (!ca->registers_by_itself() || !HasRegisteredCaSigned(id, *certificate, here)) continue;
    Certificate entry = NewCertificate(here, certificate->id);
    entry.status = CertificateStatus::kPendingActivation;
    entry.ca_id = id;
    const auto body = TemplateOf(*ca, account);
    if (const auto* refusal = std::get_if<Refusal>(&body)) return *refusal;
    if (const auto& text = std::get<std::string>(body); !text.empty()) {
      return ProvisionJustInTime(text, std::move(entry), *certificate, account, here);
    }
    return Done{.changes = KeepCertificate(entry, identity::PemOf(*certificate->certificate)),
                .events = {RegisteredEvent(entry, here)}};
  }
  return CertificateValidation(
      "No CA certificate that is ACTIVE with auto-registration has signed the certificate");
}

}  // namespace control
