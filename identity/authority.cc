#include "identity/authority.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/registry_writer.h"
#include "policy/text_file.h"

namespace identity {
namespace {

constexpr int64_t kRenewBeforeSeconds = 30 * 24 * 3600;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  auto text = policy::ReadTextFile(path, /*refused=*/0);
  if (text.ok()) return text;
  const std::string fault = absl::StrCat(path, text.status().message());
  if (absl::IsNotFound(text.status())) return absl::NotFoundError(fault);
  if (access(path.c_str(), R_OK) != 0) return absl::PermissionDeniedError(fault);
  return absl::InvalidArgumentError(fault);
}

}  // namespace

absl::StatusOr<Authority> Authority::Make(const std::string& folder, int64_t now) {
  const auto made = MakeAuthority(now);
  if (!made.ok()) return made.status();
  absl::Status written =
      policy::WriteFileAtomically(absl::StrCat(folder, "/ca.key"), made->key, policy::kKeyMode);
  if (written.ok()) {
    written = policy::WriteFileAtomically(absl::StrCat(folder, "/ca.pem"), made->certificate,
                                          policy::kEntryMode);
  }
  if (!written.ok()) return written;
  return Open(folder);
}

absl::StatusOr<Authority> Authority::Open(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/ca.pem");
  const auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  auto certificate = ParseCertificate(*text);
  if (!certificate.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", certificate.status().message()));
  }
  return Authority(folder, path, *std::move(certificate));
}

absl::StatusOr<Issuer> Authority::ReadIssuer() const {
  const std::string path = absl::StrCat(folder_, "/ca.key");
  const auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  if (auto status = policy::CheckKeyFile(path); !status.ok()) return status;
  auto issuer = Issuer::Of(*certificate_, *text);
  if (absl::IsInvalidArgument(issuer.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is ", issuer.status().message(), " ", certificate_path_));
  }
  return issuer;
}

absl::StatusOr<KeyPair> Authority::Issue(KeyKind kind, int64_t now) const {
  const auto issuer = ReadIssuer();
  if (!issuer.ok()) return issuer.status();
  return issuer->Issue(kind, now);
}

absl::StatusOr<IssuedCertificate> Authority::IssueFor(const SigningRequest& request,
                                                      int64_t now) const {
  const auto issuer = ReadIssuer();
  if (!issuer.ok()) return issuer.status();
  return issuer->IssueFor(request, now);
}

absl::StatusOr<KeyPair> Authority::IssueToServer(const std::string& names, int64_t now) const {
  const auto issuer = ReadIssuer();
  if (!issuer.ok()) return issuer.status();
  return issuer->IssueToServer(names, now);
}

bool Authority::Vouches(const x509_st& certificate, int64_t now) const {
  // OpenSSL caches what it reads of a certificate, and so takes none as const.
  const X509Ptr copy(X509_dup(&certificate));
  time_t soon = now + kRenewBeforeSeconds;
  const bool good = copy != nullptr &&
                    X509_verify(copy.get(), X509_get0_pubkey(certificate_.get())) == 1 &&
                    X509_cmp_time(X509_get0_notAfter(copy.get()), &soon) > 0;
  ERR_clear_error();
  return good;
}

}  // namespace identity
