#include "control/just_in_time.h"

#include "absl/strings/str_cat.h"
#include "control/certificate_texts.h"
#include "identity/certificate_text.h"
#include "identity/presented_certificate.h"

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

Outcome Repeat(const Certificate& entry, const Account& account, const Surroundings& here) {
  if (entry.status != CertificateStatus::kPendingActivation) return Done{};
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
    return Done{.changes = KeepCertificate(entry, identity::PemOf(*certificate->certificate)),
                .events = {RegisteredEvent(entry, here)}};
  }
  return CertificateValidation(
      "No CA certificate that is ACTIVE with auto-registration has signed the certificate");
}

}  // namespace control
