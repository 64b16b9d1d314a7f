// A certificate as text, in the form that it is kept in and told.
//
// Thread rule: free function without state; any thread.
#pragma once

#include <string>

#include "identity/certificate.h"

namespace identity {

// PEM, with a newline at the end. Empty only if OpenSSL has no memory left.
std::string PemOf(const x509_st& certificate);

}  // namespace identity
