// A certificate that somebody presents to be registered, a device's or an authority's: read
// strictly, judged as AWS does, and what registering it has to know (CE3, CA1).
//
// Thread rule: free functions without state; a value may be read by any thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "identity/certificate.h"

namespace identity {

struct PresentedCertificate {
  X509Ptr certificate;
  std::string id;  // as CertificateId

  // In the form of RFC 2253, in ASCII. The hashes are for looking up who could have issued it:
  // 8 hex digits, as `openssl x509 -subject_hash` prints them. Names that mean the same have the
  // same hash, and so may, seldom, others: HasSigned decides.
  std::string subject;
  std::string issuer;
  std::string subject_hash;
  std::string issuer_hash;

  std::string common_name;    // of the subject, UTF-8; empty unless there is exactly one
  bool is_authority = false;  // by its basicConstraints, and its keyUsage if it has one
  int64_t not_before = 0;     // epoch seconds
  int64_t not_after = 0;
};

// Of exactly one PEM block of at most kCertificateBytesMax. InvalidArgument says what is wrong:
// no PEM or another kind of it, cut or followed by more, a weak key or signature (public_key.h),
// times that are none. It shows nothing of the text.
absl::StatusOr<PresentedCertificate> ReadPresented(absl::string_view pem);

// The same of one in DER, which a device has come with.
absl::StatusOr<PresentedCertificate> ReadPresentedDer(absl::string_view der);

// Whether `authority` issued `certificate`: the names fit, its keyUsage, if it has one, lets it
// sign certificates, and the signature holds. One that signed itself is its own issuer. Neither
// times nor is_authority are asked.
bool HasSigned(const PresentedCertificate& authority, const PresentedCertificate& certificate);

}  // namespace identity
