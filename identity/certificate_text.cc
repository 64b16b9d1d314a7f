#include "identity/certificate_text.h"

#include <openssl/pem.h>

#include "identity/openssl_objects.h"

namespace identity {

std::string PemOf(const x509_st& certificate) {
  const MemoryPtr text(BIO_new(BIO_s_mem()));
  if (text == nullptr || PEM_write_bio_X509(text.get(), &certificate) != 1) return "";
  return WrittenTo(text);
}

}  // namespace identity
