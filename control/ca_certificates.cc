// Certificate authorities that the account knows (CA1 to CA3), and the code that proves who has
// their key.
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/paging.h"
#include "control/tags.h"
#include "identity/presented_certificate.h"

namespace control {
namespace {

using identity::PresentedCertificate;
using policy::CaCertificate;
using policy::RegistryPart;

constexpr size_t kCasOfSubjectMax = 10;
constexpr absl::string_view kModes[] = {"DEFAULT", "SNI_ONLY"};

Refusal CaNotFound(absl::string_view id) {
  return NotFound(absl::StrCat("The CA certificate ", id, " does not exist in your account"));
}

CaCertificate::Registration ReadRegistration(Members& in) {
  return {.template_body = in.Text("registrationConfig.templateBody", kTemplateBody).value_or(""),
          .template_name = in.Text("registrationConfig.templateName", kTemplateName).value_or(""),
          .role_arn = in.Text("registrationConfig.roleArn", kRoleArn).value_or("")};
}

Json TellRegistration(const CaCertificate::Registration& registration) {
  return Json()
      .TextIfAny("templateBody", registration.template_body)
      .TextIfAny("roleArn", registration.role_arn)
      .TextIfAny("templateName", registration.template_name);
}

// CA1: whoever registers it has its key, or says that the clients will name the server.
std::optional<Refusal> ProofRefusal(const PresentedCertificate& ca, bool sni_only,
                                    const std::optional<std::string>& verification,
                                    const Account& account) {
  if (sni_only) {
    if (!verification) return std::nullopt;
    return InvalidRequest("A verificationCertificate is not allowed with the mode SNI_ONLY");
  }
  if (!verification) {
    return InvalidRequest("A verificationCertificate is required with the mode DEFAULT");
  }
  const auto proof = identity::ReadPresented(*verification);
  if (!proof.ok()) {
    return CertificateValidation(
        absl::StrCat("The verification certificate cannot be read: ", proof.status().message()));
  }
  const std::string& code = account.registry().settings().registration_code;
  if (code.empty() || proof->common_name != code) {
    return RegistrationCodeValidation(
        "The common name of the verification certificate is not the registration code");
  }
  if (identity::HasSigned(ca, *proof)) return std::nullopt;
  return CertificateValidation("The CA certificate has not signed the verification certificate");
}

size_t CountOfSubject(const PresentedCertificate& ca, const Account& account,
                      const Surroundings& here) {
  size_t count = 0;
  for (const auto& [id, entry] : account.registry().cas()) {
    const auto pem = here.read_entry(RegistryPart::kCaCertificatePems, id);
    const auto other = identity::ReadPresented(pem.value_or(""));
    if (other.ok() && other->subject == ca.subject) ++count;
  }
  return count;
}

Outcome RegisterCaCertificate(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string pem = in.Need("caCertificate", kPem);
  const auto verification = in.Text("verificationCertificate", kPem);
  const bool active = in.QueryFlag("setAsActive");
  const bool auto_registration = in.QueryFlag("allowAutoRegistration");
  const bool sni_only = in.Word("certificateMode", kModes).value_or("DEFAULT") == "SNI_ONLY";
  const auto registration = ReadRegistration(in);
  const auto tags = ReadTags(in);
  if (auto refusal = in.Refused()) return *refusal;
  if (auto refusal = TagsRefusal(tags)) return *refusal;
  const auto ca = identity::ReadPresented(pem);
  if (!ca.ok()) {
    return CertificateValidation(
        absl::StrCat("The CA certificate cannot be read: ", ca.status().message()));
  }
  if (!ca->is_authority) {
    return CertificateValidation(
        "The certificate is no CA's: its basicConstraints do not say CA:TRUE");
  }
  if (account.registry().FindCa(ca->id) != nullptr) {
    return AlreadyExists("The CA certificate is already registered", ca->id,
                         Arn(here, "cacert", ca->id));
  }
  if (auto refusal = ProofRefusal(*ca, sni_only, verification, account)) return *refusal;
  if (CountOfSubject(*ca, account, here) >= kCasOfSubjectMax) {
    return LimitExceeded(absl::StrCat("At most ", kCasOfSubjectMax,
                                      " CA certificates with one subject can be registered"));
  }
  const CaCertificate entry{.id = ca->id,
                            .active = active,
                            .auto_registration = auto_registration,
                            .sni_only = sni_only,
                            .registration = registration,
                            .created = here.now_ms,
                            .modified = here.now_ms,
                            .generation_id = here.new_uuid(),
                            .tags = tags};
  return Done{.body = Json()
                          .Text("certificateArn", Arn(here, "cacert", entry.id))
                          .Text("certificateId", entry.id)
                          .Finish(),
              .changes = {{RegistryPart::kCaCertificatePems, entry.id, pem}, Put(entry)}};
}

Outcome DescribeCaCertificate(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string id = in.Label("certificateId", kCertificateId);
  if (auto refusal = in.Refused()) return *refusal;
  const CaCertificate* const entry = account.registry().FindCa(id);
  if (entry == nullptr) return CaNotFound(id);
  const std::string pem = here.read_entry(RegistryPart::kCaCertificatePems, id).value_or("");
  Json description;
  description.Text("certificateArn", Arn(here, "cacert", id))
      .Text("certificateId", id)
      .Text("status", entry->active ? "ACTIVE" : "INACTIVE")
      .TextIfAny("certificatePem", pem)
      .Text("ownedBy", here.account_id)
      .Time("creationDate", entry->created)
      .Text("autoRegistrationStatus", entry->auto_registration ? "ENABLE" : "DISABLE")
      .Time("lastModifiedDate", entry->modified)
      .Number("customerVersion", entry->customer_version)
      .Text("generationId", entry->generation_id);
  TellValidity(pem, description);
  description.Text("certificateMode", ModeName(entry->sni_only));
  return Done{.body = Json()
                          .Object("certificateDescription", description)
                          .ObjectIfAny("registrationConfig", TellRegistration(entry->registration))
                          .Finish()};
}

Outcome UpdateCaCertificate(const Call& call, const Account& account, const Surroundings& here) {
  constexpr absl::string_view kStatuses[] = {"ACTIVE", "INACTIVE"};
  constexpr absl::string_view kAutoStatuses[] = {"ENABLE", "DISABLE"};
  Members in(call);
  const std::string id = in.Label("certificateId", kCertificateId);
  const auto status = in.QueryWord("newStatus", kStatuses);
  const auto auto_status = in.QueryWord("newAutoRegistrationStatus", kAutoStatuses);
  const bool has_config = in.Has("registrationConfig");
  const auto registration = ReadRegistration(in);
  const bool remove = in.Flag("removeAutoRegistration").value_or(false);
  if (auto refusal = in.Refused()) return *refusal;
  const CaCertificate* const found = account.registry().FindCa(id);
  if (found == nullptr) return CaNotFound(id);
  CaCertificate entry = *found;
  if (status) entry.active = *status == "ACTIVE";
  if (auto_status) entry.auto_registration = *auto_status == "ENABLE";
  if (has_config) entry.registration = registration;
  if (remove) {
    entry.auto_registration = false;
    entry.registration = {};
  }
  entry.modified = here.now_ms;
  ++entry.customer_version;
  return Done{.changes = {Put(entry)}};
}

Outcome DeleteCaCertificate(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string id = in.Label("certificateId", kCertificateId);
  if (auto refusal = in.Refused()) return *refusal;
  const CaCertificate* const entry = account.registry().FindCa(id);
  if (entry == nullptr) return CaNotFound(id);
  if (entry->active) {
    return CertificateState(
        absl::StrCat("CA certificate must be deactivated (not ACTIVE) before deletion. Id: ", id));
  }
  return Done{.changes = {{RegistryPart::kCaCertificates, id, {}},
                          {RegistryPart::kCaCertificatePems, id, {}}}};
}

Outcome ListCaCertificates(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const Page page = ReadPage(in, kMarkerPages);
  const bool ascending = in.QueryFlag("isAscendingOrder");
  const auto template_name = in.Query("templateName", kTemplateName);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  Json answer;
  TellByTime(
      page, account.cas_by_time(), ascending, "certificates",
      [&](const std::string& id) -> std::optional<std::string> {
        const CaCertificate& entry = *account.registry().FindCa(id);
        if (template_name && entry.registration.template_name != *template_name) {
          return std::nullopt;
        }
        return Json()
            .Text("certificateArn", Arn(here, "cacert", id))
            .Text("certificateId", id)
            .Text("status", entry.active ? "ACTIVE" : "INACTIVE")
            .Time("creationDate", entry.created)
            .Finish();
      },
      answer);
  return Done{.body = answer.Finish()};
}

Outcome GetRegistrationCode(const Call&, const Account& account, const Surroundings& here) {
  policy::Settings settings = account.registry().settings();
  Done done;
  if (settings.registration_code.empty()) {
    settings.registration_code = here.new_code();
    done.changes = {Put(settings)};
  }
  done.body = Json().Text("registrationCode", settings.registration_code).Finish();
  return done;
}

Outcome DeleteRegistrationCode(const Call&, const Account& account, const Surroundings&) {
  policy::Settings settings = account.registry().settings();
  if (settings.registration_code.empty()) return Done{};
  settings.registration_code.clear();
  return Done{.changes = {Put(settings)}};
}

std::string CaResource(const Call& call) {
  return absl::StrCat("cacert/", call.Label("certificateId"));
}

constexpr absl::string_view kCaPath = "/cacertificate/{certificateId}";

constexpr Operation kCaCertificateOperations[] = {
    {"RegisterCACertificate", "POST", "/cacertificate", nullptr, RegisterCaCertificate},
    {"DescribeCACertificate", "GET", kCaPath, CaResource, DescribeCaCertificate},
    {"UpdateCACertificate", "PUT", kCaPath, CaResource, UpdateCaCertificate},
    {"DeleteCACertificate", "DELETE", kCaPath, CaResource, DeleteCaCertificate},
    {"ListCACertificates", "GET", "/cacertificates", nullptr, ListCaCertificates},
    {"GetRegistrationCode", "GET", "/registrationcode", nullptr, GetRegistrationCode},
    {"DeleteRegistrationCode", "DELETE", "/registrationcode", nullptr, DeleteRegistrationCode},
};

}  // namespace

absl::Span<const Operation> CaCertificateOperations() { return kCaCertificateOperations; }

}  // namespace control
