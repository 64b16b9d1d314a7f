#include "identity/public_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "identity/openssl_objects.h"

namespace identity {
namespace {

constexpr absl::string_view kCurves[] = {SN_X9_62_prime256v1, SN_secp384r1, SN_secp521r1};

absl::Status KeyFault(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("its key ", what, "; RSA of at least ",
                                                 kRsaBitsMin,
                                                 " bits or EC on P-256, P-384 or P-521 is wanted"));
}

absl::Status CheckRsa(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kRsaBitsMin) return KeyFault(absl::StrCat("is RSA of ", bits, " bits"));
  BIGNUM* read = nullptr;
  const bool known = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &read) == 1;
  const NumberPtr exponent(read);
  // With 1 or an even one anybody could sign.
  if (!known || BN_is_one(exponent.get()) || !BN_is_odd(exponent.get())) {
    return KeyFault("is RSA with an exponent that protects nothing");
  }
  return absl::OkStatus();
}

absl::Status CheckEc(EVP_PKEY* key) {
  int written_out = 0;
  // A curve that only looks like a named one: the TLS library refuses it in a chain.
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &written_out);
  if (written_out != 0) return KeyFault("is EC on a curve that is written out");
  char name[64];
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof(name), &size) != 1) {
    return KeyFault("is EC on a curve without a name");
  }
  const absl::string_view curve(name, size);
  if (std::find(std::begin(kCurves), std::end(kCurves), curve) == std::end(kCurves)) {
    return KeyFault(absl::StrCat("is EC on ", curve));
  }
  return absl::OkStatus();
}

absl::Status JudgeKey(EVP_PKEY* key) {
  if (key == nullptr) return KeyFault("cannot be read or is of a kind that is not known");
  if (EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1) return CheckRsa(key);
  if (EVP_PKEY_is_a(key, "EC") == 1) return CheckEc(key);
  const char* const kind = EVP_PKEY_get0_type_name(key);
  return KeyFault(absl::StrCat("is ", kind == nullptr ? "of an unknown kind" : kind));
}

}  // namespace

absl::Status CheckPublicKey(EVP_PKEY* key) {
  absl::Status judged = JudgeKey(key);
  ERR_clear_error();
  return judged;
}

absl::Status CheckSignatureKind(X509* certificate) {
  int digest = NID_undef;
  const bool known = X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr) == 1;
  ERR_clear_error();
  if (known && (digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512)) {
    return absl::OkStatus();
  }
  const char* const name = OBJ_nid2ln(X509_get_signature_nid(certificate));
  return absl::InvalidArgumentError(
      absl::StrCat("its signature is ", name == nullptr ? "of an unknown kind" : name,
                   "; one over SHA-256, SHA-384 or SHA-512 is wanted"));
}

}  // namespace identity
