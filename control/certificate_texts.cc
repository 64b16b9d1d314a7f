#include "control/certificate_texts.h"

#include "absl/strings/str_cat.h"
#include "control/json.h"
#include "identity/presented_certificate.h"

namespace control {

Refusal CertificateNotFound(absl::string_view id) {
  return NotFound(absl::StrCat("The certificate ", id, " does not exist in your account"));
}

policy::Certificate NewCertificate(const Surroundings& here, absl::string_view id) {
  policy::Certificate entry{.id = std::string(id)};
  entry.created = here.now_ms;
  entry.modified = here.now_ms;
  entry.generation_id = here.new_uuid();
  return entry;
}

std::vector<policy::EntryChange> KeepCertificate(const policy::Certificate& entry,
                                                 absl::string_view pem) {
  return {{policy::RegistryPart::kCertificatePems, entry.id, std::string(pem)}, Put(entry)};
}

policy::Certificate CertificateAtSight(const policy::Certificate& entry, const Surroundings& here,
                                       std::vector<policy::EntryChange>& changes) {
  if (entry.created != 0 && !entry.generation_id.empty()) return entry;
  policy::Certificate seen = entry;
  if (seen.created == 0) seen.created = here.now_ms;
  if (seen.modified == 0) seen.modified = here.now_ms;
  seen.generation_id = here.new_uuid();
  changes.push_back(Put(seen));
  return seen;
}

std::variant<policy::CertificateStatus, Refusal> SettableStatus(absl::string_view word,
                                                                absl::string_view refused) {
  if (word == "REGISTER_INACTIVE") return InvalidRequest("REGISTER_INACTIVE is not supported");
  for (const auto status :
       {policy::CertificateStatus::kActive, policy::CertificateStatus::kInactive,
        policy::CertificateStatus::kRevoked}) {
    if (word == policy::StatusName(status)) return status;
  }
  return CertificateState(refused);
}

bool HasRegisteredCaSigned(absl::string_view ca_id,
                           const identity::PresentedCertificate& certificate,
                           const Surroundings& here) {
  const auto pem = here.read_entry(policy::RegistryPart::kCaCertificatePems, ca_id);
  const auto ca = identity::ReadPresented(pem.value_or(""));
  return ca.ok() && identity::HasSigned(*ca, certificate);
}

absl::string_view ModeName(bool sni_only) { return sni_only ? "SNI_ONLY" : "DEFAULT"; }

void TellValidity(absl::string_view pem, Json& description) {
  const auto certificate = identity::ReadPresented(pem);
  if (!certificate.ok()) return;
  description.Object("validity", Json()
                                     .Time("notBefore", certificate->not_before * 1000)
                                     .Time("notAfter", certificate->not_after * 1000));
}

std::string CertificateResource(const Call& call) {
  return absl::StrCat("cert/", call.Label("certificateId"));
}

}  // namespace control
