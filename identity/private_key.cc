#include "identity/private_key.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "identity/openssl_objects.h"

namespace identity {

void FreeKey::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

KeyPtr ReadPrivateKey(absl::string_view pem) {
  const auto no_password = [](char*, int, int, void*) { return -1; };
  KeyPtr key(PEM_read_bio_PrivateKey(Reader(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return key;
}

bool IsKeyOf(absl::string_view key_pem, const X509& certificate) {
  const KeyPtr key = ReadPrivateKey(key_pem);
  const bool good = key != nullptr && X509_check_private_key(&certificate, key.get()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace identity
