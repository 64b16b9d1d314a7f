// Private keys as PEM texts have them.
//
// Thread rule: free functions without state; any thread.
#pragma once

#include <openssl/types.h>

#include <memory>

#include "absl/strings/string_view.h"

namespace identity {

struct FreeKey {
  void operator()(EVP_PKEY* key) const;
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

// Null if it is none or wants a password, which is never asked for.
KeyPtr ReadPrivateKey(absl::string_view pem);

// Whether the PEM text of a private key belongs to the certificate.
bool IsKeyOf(absl::string_view key_pem, const X509& certificate);

}  // namespace identity
