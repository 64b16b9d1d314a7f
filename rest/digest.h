// SHA-256, plain and keyed, and the SHA-1 that WebSocket's handshake wants. The only file of this
// folder that knows OpenSSL is digest.cc.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace rest {

std::string Sha1(absl::string_view text);    // 20 bytes
std::string Sha256(absl::string_view text);  // 32 bytes
std::string HmacSha256(absl::string_view key, absl::string_view text);
std::string Sha256Hex(absl::string_view text);

// Takes as long for a near miss as for a far one.
bool SameText(absl::string_view a, absl::string_view b);

}  // namespace rest
