// Any bytes as a certificate and as a signing request: as they are, and as the DER in a PEM that is
// whole. What is taken says the same when it is read again; a request that is taken can be signed.
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "identity/certificate_text.h"
#include "identity/issuer.h"
#include "identity/presented_certificate.h"
#include "identity/signing_request.h"

namespace {

constexpr int64_t kNow = 1'800'000'000;

const identity::Issuer& Issuer() {
  static const auto* const issuer = [] {
    const auto pair = identity::MakeAuthority(kNow);
    const auto certificate = identity::ParseCertificate(pair->certificate);
    return new identity::Issuer(*identity::Issuer::Of(**certificate, pair->key));
  }();
  return *issuer;
}

std::string InPem(absl::string_view kind, absl::string_view der) {
  std::string pem = absl::StrCat("-----BEGIN ", kind, "-----\n");
  const std::string base64 = absl::Base64Escape(der);
  for (size_t at = 0; at < base64.size(); at += 64) {
    absl::StrAppend(&pem, base64.substr(at, 64), "\n");
  }
  return absl::StrCat(pem, "-----END ", kind, "-----\n");
}

void Present(absl::string_view pem) {
  const auto presented = identity::ReadPresented(pem);
  if (!presented.ok()) return;
  const auto again = identity::ReadPresented(pem);
  if (!again.ok() || again->id != presented->id || again->id.size() != 64) std::abort();
  if (presented->subject_hash.size() != 8 || presented->issuer_hash.size() != 8) std::abort();
  (void)identity::HasSigned(*presented, *again);
}

// As it comes in TLS: what is taken in DER is taken in PEM, too, and is the same.
void PresentDer(absl::string_view der) {
  const auto presented = identity::ReadPresentedDer(der);
  if (!presented.ok()) return;
  const auto again = identity::ReadPresented(identity::PemOf(*presented->certificate));
  if (!again.ok() || again->id != presented->id) std::abort();
}

void Request(absl::string_view pem) {
  const auto request = identity::SigningRequest::Read(pem);
  if (!request.ok()) return;
  const auto issued = Issuer().IssueFor(*request, kNow);
  if (!issued.ok() || !identity::ReadPresented(issued->certificate).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  Present(text);
  Present(InPem("CERTIFICATE", text));
  PresentDer(text);
  Request(text);
  Request(InPem("CERTIFICATE REQUEST", text));
  if (const auto parsed = identity::ParseCertificate(text); parsed.ok()) {
    (void)identity::FactsOf(**parsed);
  }
  return 0;
}
