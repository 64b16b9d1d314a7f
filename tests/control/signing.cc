#include "tests/control/signing.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

namespace control {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

constexpr long kDay = 24 * 60 * 60;

Bio Reading(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all};
}

}  // namespace

std::string SignedBy(const std::string& authority, const std::string& key,
                     const std::string& common_name) {
  const Certificate issuer(PEM_read_bio_X509(Reading(authority).get(), nullptr, nullptr, nullptr),
                           &X509_free);
  const Key issuer_key(PEM_read_bio_PrivateKey(Reading(key).get(), nullptr, nullptr, nullptr),
                       &EVP_PKEY_free);
  const Key own(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate made(X509_new(), &X509_free);
  if (!issuer || !issuer_key || !own) throw std::invalid_argument("no authority");
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), kDay);
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get()));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
  X509_set_pubkey(made.get(), own.get());
  const Bio out(BIO_new(BIO_s_mem()), &BIO_free_all);
  if (X509_sign(made.get(), issuer_key.get(), EVP_sha256()) == 0 ||
      PEM_write_bio_X509(out.get(), made.get()) == 0) {
    throw std::runtime_error("OpenSSL does not sign");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

}  // namespace control
