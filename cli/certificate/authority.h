// The local certificate authority: a folder with ca.pem and ca.key, and what it issues to devices.
// What the certificates look like is what AWS's look like, so that firmware meets the same here.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "identity/certificate.h"

namespace cli {

enum class KeyKind { kRsa2048, kEcP256 };

// A key and its certificate as PEM texts. The key is in the form that AWS hands out: PKCS#1 (RSA)
// or SEC 1 (EC).
struct KeyPair {
  std::string key;
  std::string certificate;
  std::string id;  // the certificate's
};

class Authority {
 public:
  // Reads ca.pem. Fails with NotFound or InvalidArgument, naming the file.
  static absl::StatusOr<Authority> Open(const std::string& folder);

  // Makes a new one in `folder`, which is there: ca.pem and ca.key, P-256, from two minutes before
  // `now` to the end of 2049. Fails with the system's reason.
  static absl::StatusOr<Authority> Make(const std::string& folder, int64_t now);

  const std::string& certificate_path() const { return certificate_path_; }

  // A new key and a certificate for it: CN "AWS IoT Certificate", a random serial number, from two
  // minutes before `now` (a device's clock may be a little behind) to the end of 2049. Reads
  // ca.key, which must be its owner's alone: FailedPrecondition else.
  absl::StatusOr<KeyPair> Issue(KeyKind kind, int64_t now) const;

  // The same for a server that goes by `names`, as OpenSSL takes them ("DNS:localhost,IP:::1"); for
  // 825 days, since clients refuse one that lives longer.
  absl::StatusOr<KeyPair> IssueToServer(const std::string& names, int64_t now) const;

  // Whether the authority signed it and it will be valid for another month from `now`.
  bool Vouches(const x509_st& certificate, int64_t now) const;

 private:
  Authority(std::string folder, std::string certificate_path, identity::X509Ptr certificate)
      : folder_(std::move(folder)),
        certificate_path_(std::move(certificate_path)),
        certificate_(std::move(certificate)) {}

  std::string folder_;
  std::string certificate_path_;
  identity::X509Ptr certificate_;
};

// Whether the PEM text of a private key belongs to the certificate.
bool IsKeyOf(absl::string_view key_pem, const x509_st& certificate);

}  // namespace cli
