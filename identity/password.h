// Passwords of people, as they are kept: hashed by scrypt with a salt of their own.
//
// Thread rule: any thread. To hash takes some 50 ms and 32 MiB.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace identity {

inline constexpr size_t kPasswordBytesMin = 8;
inline constexpr size_t kPasswordBytesMax = 256;

// "scrypt:15:8:1:SALT:HASH", with N as a power of two, r and p, the rest in hex.
std::string HashPassword(absl::string_view password);

// Whether the text is a hash that this library can check. Of those with more work than
// HashPassword's by far, none is.
bool IsPasswordHash(absl::string_view text);

// False for what is no hash, too. Takes as long for a near miss as for a far one.
bool IsPassword(absl::string_view password, absl::string_view hash);

// So many bytes that nobody can guess, in hex.
std::string RandomHex(size_t bytes);

}  // namespace identity
