// Certificates that were made elsewhere, registered by their text (CE3, CE4).
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/json.h"
#include "control/members.h"
#include "identity/presented_certificate.h"

namespace control {
namespace {

using identity::PresentedCertificate;
using policy::CertificateStatus;

// What both operations ask for.
struct Asked {
  std::string pem;
  CertificateStatus status = CertificateStatus::kInactive;
};

std::variant<Asked, Refusal> ReadAsked(Members& in) {
  Asked asked;
  asked.pem = in.Need("certificatePem", kPem);
  const bool set_as_active = in.QueryFlag("setAsActive");
  const auto word = in.Word("status", kCertificateStatuses);
  if (auto refusal = in.Refused()) return *refusal;
  if (set_as_active) asked.status = CertificateStatus::kActive;
  if (!word) return asked;
  const auto status = SettableStatus(
      *word, absl::StrCat("Not allowed to register certificate with ", *word, " status"));
  if (const auto* refusal = std::get_if<Refusal>(&status)) return *refusal;
  asked.status = std::get<CertificateStatus>(status);
  return asked;
}

std::optional<Refusal> TwiceRefusal(const Account& account, const Surroundings& here,
                                    const std::string& id) {
  if (account.registry().FindCertificate(id) == nullptr) return std::nullopt;
  return AlreadyExists("The certificate is already provisioned or registered", id,
                       Arn(here, "cert", id));
}

Done Register(const Surroundings& here, const policy::Certificate& entry, const std::string& pem) {
  return {.body = Json()
                      .Text("certificateArn", Arn(here, "cert", entry.id))
                      .Text("certificateId", entry.id)
                      .Finish(),
          .changes = KeepCertificate(entry, pem)};
}

// The ids of the registered authorities that have signed it.
std::vector<std::string> SignersOf(const PresentedCertificate& certificate, const Account& account,
                                   const Surroundings& here) {
  std::vector<std::string> signers;
  for (const auto& [id, entry] : account.registry().cas()) {
    if (HasRegisteredCaSigned(id, certificate, here)) signers.push_back(id);
  }
  return signers;
}

std::variant<std::string, Refusal> FindSigner(const PresentedCertificate& certificate,
                                              const std::optional<std::string>& ca_pem,
                                              const Account& account, const Surroundings& here) {
  std::vector<std::string> signers = SignersOf(certificate, account, here);
  if (ca_pem) {
    const auto named = identity::ReadPresented(*ca_pem);
    if (!named.ok()) {
      return CertificateValidation(
          absl::StrCat("caCertificatePem cannot be read: ", named.status().message()));
    }
    const bool signs = std::find(signers.begin(), signers.end(), named->id) != signers.end();
    if (!signs) {
      return CertificateValidation(
          "The CA certificate is not registered, or has not signed the certificate");
    }
    return named->id;
  }
  if (signers.empty()) {
    return CertificateValidation("No registered CA certificate has signed the certificate");
  }
  if (signers.size() > 1) {
    return CertificateConflict(
        "Several registered CA certificates could have signed the certificate: say which with "
        "caCertificatePem");
  }
  return signers.front();
}

std::variant<PresentedCertificate, Refusal> Read(const std::string& pem) {
  auto certificate = identity::ReadPresented(pem);
  if (certificate.ok()) return *std::move(certificate);
  return CertificateValidation(
      absl::StrCat("The certificate cannot be read: ", certificate.status().message()));
}

}  // namespace

std::variant<policy::Certificate, Refusal> NewSigned(const std::string& pem,
                                                     const std::optional<std::string>& ca_pem,
                                                     const Account& account,
                                                     const Surroundings& here) {
  const auto read = Read(pem);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
  const auto& certificate = std::get<PresentedCertificate>(read);
  if (auto refusal = TwiceRefusal(account, here, certificate.id)) return *std::move(refusal);
  const auto signer = FindSigner(certificate, ca_pem, account, here);
  if (const auto* refusal = std::get_if<Refusal>(&signer)) return *refusal;
  const std::string& ca = std::get<std::string>(signer);
  if (!account.registry().FindCa(ca)->active) {
    return CertificateState(absl::StrCat("The CA certificate is not ACTIVE. Id: ", ca));
  }
  policy::Certificate entry = NewCertificate(here, certificate.id);
  entry.ca_id = ca;
  return entry;
}

namespace {

Outcome RegisterCertificate(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const auto ca_pem = in.Text("caCertificatePem", kPem);
  const auto asked = ReadAsked(in);
  if (const auto* refusal = std::get_if<Refusal>(&asked)) return *refusal;
  const auto& [pem, status] = std::get<Asked>(asked);
  auto made = NewSigned(pem, ca_pem, account, here);
  if (auto* refusal = std::get_if<Refusal>(&made)) return std::move(*refusal);
  auto& entry = std::get<policy::Certificate>(made);
  entry.status = status;
  return Register(here, entry, pem);
}

Outcome RegisterCertificateWithoutCa(const Call& call, const Account& account,
                                     const Surroundings& here) {
  Members in(call);
  const auto asked = ReadAsked(in);
  if (const auto* refusal = std::get_if<Refusal>(&asked)) return *refusal;
  const auto& [pem, status] = std::get<Asked>(asked);
  const auto read = Read(pem);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
  const std::string& id = std::get<PresentedCertificate>(read).id;
  if (auto refusal = TwiceRefusal(account, here, id)) return *refusal;
  policy::Certificate entry = NewCertificate(here, id);
  entry.status = status;
  entry.sni_only = true;
  return Register(here, entry, pem);
}

constexpr Operation kRegisteringOperations[] = {
    {"RegisterCertificate", "POST", "/certificate/register", nullptr, RegisterCertificate},
    {"RegisterCertificateWithoutCA", "POST", "/certificate/register-no-ca", nullptr,
     RegisterCertificateWithoutCa},
};

}  // namespace

absl::Span<const Operation> RegisteringOperations() { return kRegisteringOperations; }

}  // namespace control
