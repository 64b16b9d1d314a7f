// Certificates and signing requests of any make, good ones and such as nobody should take.
#pragma once

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "identity/certificate.h"
#include "identity/openssl_objects.h"
#include "identity/private_key.h"

namespace identity {

using RequestPtr = std::unique_ptr<X509_REQ, Free<X509_REQ_free>>;

// "RSA-2048", "P-224" and what else OpenSSL has for a curve, or "ED25519".
inline KeyPtr ForgeKey(const std::string& kind) {
  if (size_t bits = 0; absl::StartsWith(kind, "RSA-") && absl::SimpleAtoi(kind.substr(4), &bits)) {
    return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  }
  if (kind == "ED25519") return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str()));
}

// On P-256, but with the curve's numbers in the place of its name.
inline KeyPtr ForgeKeyOnWrittenOutCurve() {
  KeyPtr key = ForgeKey("P-256");
  EXPECT_EQ(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), 1);
  return key;
}

// A public key: the modulus of a good one, with another exponent.
inline KeyPtr ForgeRsaWithExponent(BN_ULONG exponent) {
  const KeyPtr good = ForgeKey("RSA-2048");
  BIGNUM* read = nullptr;
  EVP_PKEY_get_bn_param(good.get(), OSSL_PKEY_PARAM_RSA_N, &read);
  const NumberPtr modulus(read);
  const NumberPtr power(BN_new());
  BN_set_word(power.get(), exponent);
  const std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>> parts(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, power.get());
  const std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>> all(
      OSSL_PARAM_BLD_to_param(parts.get()));
  const std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EXPECT_EQ(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, all.get()), 1);
  return KeyPtr(key);
}

// The relative names of a subject: OpenSSL's short name of the attribute, and its value.
using NameParts = std::vector<std::pair<std::string, std::string>>;

inline void FillName(X509_NAME* name, const NameParts& parts) {
  for (const auto& [attribute, value] : parts) {
    const int added =
        X509_NAME_add_entry_by_txt(name, attribute.c_str(), V_ASN1_UTF8STRING,
                                   reinterpret_cast<const unsigned char*>(value.data()),
                                   static_cast<int>(value.size()), -1, 0);
    EXPECT_EQ(added, 1) << attribute;
  }
}

struct ForgedCertificate {
  KeyPtr key;
  X509Ptr certificate;
};

struct Forgery {
  std::string key = "P-256";
  NameParts subject = {{"CN", "lamp"}};
  const EVP_MD* digest = EVP_sha256();
  const ForgedCertificate* issuer = nullptr;      // null: it signs itself
  std::string constraints = "critical,CA:FALSE";  // empty: the extension is left out
  int64_t not_before = 1'700'000'000;
  int64_t not_after = 2'000'000'000;
};

inline ForgedCertificate Forge(const Forgery& forgery) {
  ForgedCertificate forged{ForgeKey(forgery.key), X509Ptr(X509_new())};
  X509* const certificate = forged.certificate.get();
  const bool alone = forgery.issuer == nullptr;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
  ASN1_TIME_set(X509_getm_notBefore(certificate), forgery.not_before);
  ASN1_TIME_set(X509_getm_notAfter(certificate), forgery.not_after);
  FillName(X509_get_subject_name(certificate), forgery.subject);
  const X509* const above = alone ? certificate : forgery.issuer->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(above));
  X509_set_pubkey(certificate, forged.key.get());
  if (!forgery.constraints.empty()) {
    const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, forgery.constraints.c_str()));
    EXPECT_EQ(X509_add_ext(certificate, extension.get(), -1), 1);
  }
  EVP_PKEY* const signer = alone ? forged.key.get() : forgery.issuer->key.get();
  const bool has_own_digest = EVP_PKEY_is_a(signer, "ED25519") == 1;
  EXPECT_GT(X509_sign(certificate, signer, has_own_digest ? nullptr : forgery.digest), 0);
  return forged;
}

// DER in PEM, called `kind`.
inline std::string PemText(const std::string& kind, const std::string& der) {
  const MemoryPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio(memory.get(), kind.c_str(), "", reinterpret_cast<const unsigned char*>(der.data()),
                static_cast<long>(der.size()));  // NOLINT(google-runtime-int): OpenSSL's
  return WrittenTo(memory);
}

inline std::string DerOf(const ForgedCertificate& forged) {
  const MemoryPtr memory(BIO_new(BIO_s_mem()));
  i2d_X509_bio(memory.get(), forged.certificate.get());
  return WrittenTo(memory);
}

inline std::string PemOf(const ForgedCertificate& forged) {
  return PemText("CERTIFICATE", DerOf(forged));
}

inline std::string PrivatePemOf(EVP_PKEY* key) {
  const MemoryPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return WrittenTo(memory);
}

inline std::string NameDer(const X509_NAME* name) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_NAME(name, &bytes);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

// The DER of a signing request for `key`, signed by it.
inline std::string ForgeRequest(EVP_PKEY* key, const NameParts& subject,
                                const EVP_MD* digest = EVP_sha256()) {
  const RequestPtr request(X509_REQ_new());
  FillName(X509_REQ_get_subject_name(request.get()), subject);
  X509_REQ_set_pubkey(request.get(), key);
  const bool has_own_digest = EVP_PKEY_is_a(key, "ED25519") == 1;
  EXPECT_GT(X509_REQ_sign(request.get(), key, has_own_digest ? nullptr : digest), 0);
  const MemoryPtr memory(BIO_new(BIO_s_mem()));
  i2d_X509_REQ_bio(memory.get(), request.get());
  return WrittenTo(memory);
}

inline std::string RequestPem(const std::string& der) {
  return PemText("CERTIFICATE REQUEST", der);
}

}  // namespace identity
