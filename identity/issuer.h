// What an authority issues, with its key in memory. What the certificates look like is what AWS's
// look like, so that firmware meets the same here (CE1, CE2).
//
// A certificate has a random serial number, and is good from two minutes before `now`, in epoch
// seconds (a device's clock may be a little behind), to the end of 2049 unless said otherwise.
//
// Thread rule: an issuer is never changed; any thread. Private keys that it makes go to the caller
// alone: they are never written, logged or kept.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "identity/certificate.h"
#include "identity/private_key.h"
#include "identity/signing_request.h"

namespace identity {

enum class KeyKind { kRsa2048, kEcP256 };

struct IssuedCertificate {
  std::string certificate;  // PEM, with a newline at the end
  std::string id;           // as CertificateId
};

// A key and its certificate as PEM texts, each with a newline at the end. The key is in the form
// that AWS hands out: PKCS#1 (RSA) or SEC 1 (EC).
struct KeyPair {
  std::string key;
  std::string public_key;  // SubjectPublicKeyInfo: "-----BEGIN PUBLIC KEY-----"
  std::string certificate;
  std::string id;  // the certificate's
};

class Issuer {
 public:
  // Of the authority's certificate and the PEM text of its key; InvalidArgument if that is not its
  // key, or needs a password.
  static absl::StatusOr<Issuer> Of(const x509_st& certificate, absl::string_view key_pem);

  // A new key, and a certificate for it with the CN "AWS IoT Certificate". Internal if OpenSSL has
  // no memory or no randomness.
  absl::StatusOr<KeyPair> Issue(KeyKind kind, int64_t now) const;

  // A certificate for the key and with the subject of `request`.
  absl::StatusOr<IssuedCertificate> IssueFor(const SigningRequest& request, int64_t now) const;

  // As Issue, for a server that goes by `names`, as OpenSSL takes them ("DNS:localhost,IP:::1");
  // for 825 days, since clients refuse one that lives longer.
  absl::StatusOr<KeyPair> IssueToServer(const std::string& names, int64_t now) const;

 private:
  Issuer(X509Ptr certificate, KeyPtr key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}

  X509Ptr certificate_;
  KeyPtr key_;
};

// The pair of a new authority, P-256, which signs itself.
absl::StatusOr<KeyPair> MakeAuthority(int64_t now);

}  // namespace identity
