// Which public keys and signatures are taken of devices and authorities: those that AWS takes
// (CE2, CE3), so that nothing is let in here that is turned away there.
//
// Thread rule: free functions without state; any thread.
#pragma once

#include <openssl/types.h>

#include "absl/status/status.h"

namespace identity {

inline constexpr int kRsaBitsMin = 2048;

// Ok for RSA of at least kRsaBitsMin and for EC on the named curves P-256, P-384 and P-521.
// InvalidArgument names what the key is instead. A null `key` is one that could not be read.
absl::Status CheckPublicKey(EVP_PKEY* key);

// Ok for a signature over SHA-256, SHA-384 or SHA-512. InvalidArgument names what it is instead.
// Whether the signature holds is not asked.
absl::Status CheckSignatureKind(X509* certificate);

}  // namespace identity
