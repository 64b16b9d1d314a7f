// A certificate signing request (PKCS#10), as CreateCertificateFromCsr takes it (CE2).
//
// Thread rule: values; any thread.
#pragma once

#include <openssl/types.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct X509_req_st;  // OpenSSL's X509_REQ

namespace identity {

inline constexpr size_t kRequestBytesMax = 4096;  // of the PEM

struct FreeRequest {
  void operator()(X509_req_st* request) const;
};

// One whose signature holds and whose key is strong enough. Its subject is whatever it is, and
// extensions that it asks for are never looked at.
class SigningRequest {
 public:
  // Of exactly one PEM block. InvalidArgument says what is wrong, and shows nothing of the text.
  static absl::StatusOr<SigningRequest> Read(absl::string_view pem);

  const X509_NAME& subject() const;
  EVP_PKEY* key() const;  // owned by the request

 private:
  using Request = std::unique_ptr<X509_req_st, FreeRequest>;
  explicit SigningRequest(Request request) : request_(std::move(request)) {}

  Request request_;
};

}  // namespace identity
