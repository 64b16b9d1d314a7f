// Certificates: made, looked at, changed and deleted (CE1, CE2, CE5, CE6). Those that were made
// elsewhere are in registering.cc.
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/paging.h"
#include "identity/presented_certificate.h"

namespace control {
namespace {

using policy::Certificate;
using policy::CertificateStatus;
using policy::RegistryPart;

Json TellMade(const Surroundings& here, const Made& made) {
  return Json()
      .Text("certificateArn", Arn(here, "cert", made.id))
      .Text("certificateId", made.id)
      .Text("certificatePem", made.certificate);
}

std::vector<policy::EntryChange> Keep(const Surroundings& here, const Made& made, bool active) {
  Certificate entry = NewCertificate(here, made.id);
  entry.status = active ? CertificateStatus::kActive : CertificateStatus::kInactive;
  return KeepCertificate(entry, made.certificate);
}

Outcome CreateKeysAndCertificate(const Call& call, const Account&, const Surroundings& here) {
  Members in(call);
  const bool active = in.QueryFlag("setAsActive");
  if (auto refusal = in.Refused()) return *refusal;
  if (here.make_certificate == nullptr) return InvalidRequest(kNoAuthority);
  const auto made = here.make_certificate();
  if (!made.ok()) return InternalFailure("The local authority could not make a certificate");
  return Done{
      .body =
          TellMade(here, *made)
              .Object(
                  "keyPair",
                  Json().Text("PublicKey", made->public_key).Text("PrivateKey", made->private_key))
              .Finish(),
      .changes = Keep(here, *made, active)};
}

Outcome CreateCertificateFromCsr(const Call& call, const Account&, const Surroundings& here) {
  Members in(call);
  const bool active = in.QueryFlag("setAsActive");
  const std::string csr = in.Need("certificateSigningRequest", kCsr);
  if (auto refusal = in.Refused()) return *refusal;
  if (here.certify == nullptr) return InvalidRequest(kNoAuthority);
  const auto made = here.certify(csr);
  if (absl::IsInvalidArgument(made.status())) return InvalidRequest(made.status().message());
  if (!made.ok()) return InternalFailure("The local authority could not make a certificate");
  return Done{.body = TellMade(here, *made).Finish(), .changes = Keep(here, *made, active)};
}

Outcome DescribeCertificate(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string id = in.Label("certificateId", kCertificateId);
  if (auto refusal = in.Refused()) return *refusal;
  const Certificate* const found = account.registry().FindCertificate(id);
  if (found == nullptr) return CertificateNotFound(id);
  Done done;
  const Certificate entry = CertificateAtSight(*found, here, done.changes);
  const std::string pem = here.read_entry(RegistryPart::kCertificatePems, id).value_or("");
  Json description;
  description.Text("certificateArn", Arn(here, "cert", id))
      .Text("certificateId", id)
      .TextIfAny("caCertificateId", entry.ca_id)
      .Text("status", policy::StatusName(entry.status))
      .TextIfAny("certificatePem", pem)
      .Text("ownedBy", here.account_id)
      .Time("creationDate", entry.created)
      .Time("lastModifiedDate", entry.modified)
      .Number("customerVersion", entry.customer_version)
      .Object("transferData", Json())
      .Text("generationId", entry.generation_id);
  TellValidity(pem, description);
  description.Text("certificateMode", ModeName(entry.sni_only));
  done.body = Json().Object("certificateDescription", description).Finish();
  return done;
}

Outcome UpdateCertificate(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string id = in.Label("certificateId", kCertificateId);
  const std::string word = in.QueryWord("newStatus", kCertificateStatuses).value_or("");
  in.NeedQuery("newStatus", kAnyText);
  if (auto refusal = in.Refused()) return *refusal;
  const Certificate* const found = account.registry().FindCertificate(id);
  if (found == nullptr) return CertificateNotFound(id);
  const auto settable =
      SettableStatus(word, absl::StrCat("A certificate cannot be set to ", word, ". Id: ", id));
  if (const auto* refusal = std::get_if<Refusal>(&settable)) return *refusal;
  const auto status = std::get<CertificateStatus>(settable);
  if (found->status == status) return Done{};
  std::vector<policy::EntryChange> first_look;
  Certificate entry = CertificateAtSight(*found, here, first_look);
  entry.status = status;
  entry.modified = here.now_ms;
  ++entry.customer_version;
  // Decided on, it awaits nobody any more.
  entry.token_sha256.clear();
  entry.token_owner.clear();
  if (!entry.is_claim()) entry.expires = 0;
  return Done{.changes = {Put(entry)}};
}

Outcome DeleteCertificate(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string id = in.Label("certificateId", kCertificateId);
  const bool force = in.QueryFlag("forceDelete");
  if (auto refusal = in.Refused()) return *refusal;
  const Certificate* const found = account.registry().FindCertificate(id);
  if (found == nullptr) return CertificateNotFound(id);
  const std::string arn = Arn(here, "cert", id);
  if (found->active()) {
    return CertificateState(
        absl::StrCat("Certificate must be deactivated (not ACTIVE) before deletion. Id: ", id));
  }
  if (!found->things.empty()) {
    return DeleteConflict(absl::StrCat("Things must be detached before deletion (arn: ", arn, ")"));
  }
  if (!found->policies.empty() && !force) {
    return DeleteConflict(
        absl::StrCat("Certificate policies must be detached before deletion (arn: ", arn, ")"));
  }
  return Done{
      .changes = {{RegistryPart::kCertificates, id, {}}, {RegistryPart::kCertificatePems, id, {}}}};
}

std::string TellListed(const Certificate& entry, const Surroundings& here) {
  return Json()
      .Text("certificateArn", Arn(here, "cert", entry.id))
      .Text("certificateId", entry.id)
      .Text("status", policy::StatusName(entry.status))
      .Text("certificateMode", ModeName(entry.sni_only))
      .Time("creationDate", entry.created)
      .Finish();
}

// A page of them, as `in` asks for it.
Outcome List(Members& in, const Account::ByTime& certificates, const Account& account,
             const Surroundings& here) {
  const Page page = ReadPage(in, kMarkerPages);
  const bool ascending = in.QueryFlag("isAscendingOrder");
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  Json answer;
  TellByTime(
      page, certificates, ascending, "certificates",
      [&](const std::string& id) -> std::optional<std::string> {
        const Certificate& entry = *account.registry().FindCertificate(id);
        if (entry.is_claim()) return std::nullopt;  // F5
        return TellListed(entry, here);
      },
      answer);
  return Done{.body = answer.Finish()};
}

Outcome ListCertificates(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  return List(in, account.certificates_by_time(), account, here);
}

Outcome ListCertificatesByCa(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string ca = in.Label("caCertificateId", kCertificateId);
  Account::ByTime of_ca;
  for (const std::string& id : account.CertificatesOfCa(ca)) {
    of_ca.emplace(account.registry().FindCertificate(id)->created, id);
  }
  return List(in, of_ca, account, here);
}

constexpr absl::string_view kCertificatePath = "/certificates/{certificateId}";

constexpr Operation kCertificateOperations[] = {
    {"CreateKeysAndCertificate", "POST", "/keys-and-certificate", nullptr,
     CreateKeysAndCertificate},
    {"CreateCertificateFromCsr", "POST", "/certificates", nullptr, CreateCertificateFromCsr},
    {"DescribeCertificate", "GET", kCertificatePath, CertificateResource, DescribeCertificate},
    {"UpdateCertificate", "PUT", kCertificatePath, CertificateResource, UpdateCertificate},
    {"DeleteCertificate", "DELETE", kCertificatePath, CertificateResource, DeleteCertificate},
    {"ListCertificates", "GET", "/certificates", nullptr, ListCertificates},
    {"ListCertificatesByCA", "GET", "/certificates-by-ca/{caCertificateId}", nullptr,
     ListCertificatesByCa},
};

}  // namespace

absl::Span<const Operation> CertificateOperations() { return kCertificateOperations; }

}  // namespace control
