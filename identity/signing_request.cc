#include "identity/signing_request.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "identity/pem.h"
#include "identity/public_key.h"

namespace identity {
namespace {

constexpr absl::string_view kRequestKinds[] = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"};

absl::Status RequestFault(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a certificate signing request: ", what));
}

}  // namespace

void FreeRequest::operator()(X509_REQ* request) const { X509_REQ_free(request); }

absl::StatusOr<SigningRequest> SigningRequest::Read(absl::string_view pem) {
  if (pem.size() > kRequestBytesMax) {
    return RequestFault(
        absl::StrCat("it has ", pem.size(), " bytes; at most ", kRequestBytesMax, " are taken"));
  }
  const auto der = ReadOnlyBlock(pem, kRequestKinds);
  if (!der.ok()) return RequestFault(der.status().message());
  const auto* bytes = reinterpret_cast<const unsigned char*>(der->data());
  const auto* const end = bytes + der->size();
  Request request(d2i_X509_REQ(nullptr, &bytes, static_cast<long>(der->size())));  // NOLINT
  ERR_clear_error();
  if (request == nullptr || bytes != end)
    return RequestFault("what the PEM holds is cut or no PKCS#10");
  EVP_PKEY* const key = X509_REQ_get0_pubkey(request.get());
  if (auto judged = CheckPublicKey(key); !judged.ok()) return RequestFault(judged.message());
  const bool holds = X509_REQ_verify(request.get(), key) == 1;
  ERR_clear_error();
  if (!holds) return RequestFault("its signature is not that of its key");
  return SigningRequest(std::move(request));
}

const X509_NAME& SigningRequest::subject() const {
  return *X509_REQ_get_subject_name(request_.get());
}

EVP_PKEY* SigningRequest::key() const { return X509_REQ_get0_pubkey(request_.get()); }

}  // namespace identity
