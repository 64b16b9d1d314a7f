#include "identity/presented_certificate.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "identity/openssl_objects.h"
#include "identity/pem.h"
#include "identity/public_key.h"

namespace identity {
namespace {

constexpr absl::string_view kCertificateKinds[] = {"CERTIFICATE"};

absl::Status CertificateFault(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not an acceptable certificate: ", what));
}

std::optional<int64_t> EpochSeconds(const ASN1_TIME* time) {
  std::tm parts = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return timegm(&parts);
}

std::string HashText(const X509_NAME* name) {
  int known = 0;
  const unsigned long hash = X509_NAME_hash_ex(name, nullptr, nullptr, &known);  // NOLINT
  return known == 1 ? absl::StrFormat("%08x", hash) : std::string();
}

absl::Status CheckSize(absl::string_view text) {
  if (text.size() <= kCertificateBytesMax) return absl::OkStatus();
  return CertificateFault(
      absl::StrCat("it has ", text.size(), " bytes; at most ", kCertificateBytesMax, " are taken"));
}

// Fills what the names tell.
void TellNames(PresentedCertificate& presented) {
  const X509_NAME* const subject = X509_get_subject_name(presented.certificate.get());
  const X509_NAME* const issuer = X509_get_issuer_name(presented.certificate.get());
  presented.subject = NameText(*subject);
  presented.issuer = NameText(*issuer);
  presented.subject_hash = HashText(subject);
  presented.issuer_hash = HashText(issuer);
  policy::CertificateFacts facts = FactsOf(*presented.certificate);
  presented.id = std::move(facts.id);
  std::vector<std::string>& names = facts.Subject(policy::NameAttribute::kCommonName);
  if (names.size() == 1) presented.common_name = std::move(names.front());
}

}  // namespace

absl::StatusOr<PresentedCertificate> ReadPresented(absl::string_view pem) {
  if (auto status = CheckSize(pem); !status.ok()) return status;
  const auto der = ReadOnlyBlock(pem, kCertificateKinds);
  if (!der.ok()) return CertificateFault(der.status().message());
  return ReadPresentedDer(*der);
}

absl::StatusOr<PresentedCertificate> ReadPresentedDer(absl::string_view der) {
  if (auto status = CheckSize(der); !status.ok()) return status;
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = bytes + der.size();
  X509Ptr read(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));  // NOLINT
  ERR_clear_error();
  if (read == nullptr || bytes != end) {
    return CertificateFault("what it holds is cut or no X.509 certificate");
  }
  X509* const certificate = read.get();
  for (const auto& judged :
       {CheckPublicKey(X509_get0_pubkey(certificate)), CheckSignatureKind(certificate)}) {
    if (!judged.ok()) return CertificateFault(judged.message());
  }
  const auto from = EpochSeconds(X509_get0_notBefore(certificate));
  const auto to = EpochSeconds(X509_get0_notAfter(certificate));
  if (!from || !to || *from > *to)
    return CertificateFault("the times between which it is valid are none");

  PresentedCertificate presented;
  presented.certificate = std::move(read);
  presented.is_authority = X509_check_ca(certificate) == 1;
  presented.not_before = *from;
  presented.not_after = *to;
  TellNames(presented);
  ERR_clear_error();
  return presented;
}

bool HasSigned(const PresentedCertificate& authority, const PresentedCertificate& certificate) {
  X509* const above = authority.certificate.get();
  X509* const below = certificate.certificate.get();
  const bool signed_it = X509_check_issued(above, below) == X509_V_OK &&
                         X509_verify(below, X509_get0_pubkey(above)) == 1;
  ERR_clear_error();
  return signed_it;
}

}  // namespace identity
