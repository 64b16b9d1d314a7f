// Owners of OpenSSL's objects, what is read into them and out of them, and its reasons in words.
// For the sources of identity/.
//
// Thread rule: free functions without state; any thread. OpenSSL's queue of reasons is a thread's
// own, and is left empty.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace identity {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using MemoryPtr = std::unique_ptr<BIO, Free<BIO_free_all>>;
using NumberPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;

// Reads `text`, which must outlive it. Null only if there is no memory left.
MemoryPtr Reader(absl::string_view text);

// What was written to a memory.
std::string WrittenTo(const MemoryPtr& memory);

// A name in the form of RFC 2253; what is not ASCII is escaped, so that it can stand in a log.
std::string NameText(const X509_NAME& name);

// Internal, with OpenSSL's reason behind `what`.
absl::Status OpenSslFault(absl::string_view what);

}  // namespace identity
