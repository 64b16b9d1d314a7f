// X.509 certificates as identities: read from PEM or DER, called by their id, and turned into what
// a policy can ask of them. The only unit that knows OpenSSL's certificates on the deciding side.
//
// Thread rule: free functions without state; any thread.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/connection.h"

struct x509_st;  // OpenSSL's X509

namespace identity {

struct FreeX509 {
  void operator()(x509_st* certificate) const;
};
using X509Ptr = std::unique_ptr<x509_st, FreeX509>;

// A certificate file is a few kilobytes; a larger one is refused unread.
inline constexpr size_t kCertificateBytesMax = 64 * 1024;

// The first certificate of a PEM text, or a DER one. InvalidArgument says what was found instead.
absl::StatusOr<X509Ptr> ParseCertificate(absl::string_view pem_or_der);

// What AWS calls the certificateId: the SHA-256 of the DER in lower-case hex. Empty only if
// OpenSSL has no memory left, and an empty id is nobody's.
std::string CertificateId(const x509_st& certificate);

// The certificate itself, as DER. Empty only if OpenSSL has no memory left.
std::string DerOf(const x509_st& certificate);

// The facts for policies, the id included. Names are UTF-8 in the order of the certificate; the
// serial number is upper-case hex, as `openssl x509 -serial` prints it; a directory name is in the
// form of RFC 2253. Values that are not text are left out.
policy::CertificateFacts FactsOf(const x509_st& certificate);

}  // namespace identity
