// What proves shadowd to the plugin: a secret that both read from a file, and that goes over the
// link as an MQTT password.
//
// Thread rule: free function without state; any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace identity {

inline constexpr size_t kLinkSecretBytesMin = 16;
inline constexpr size_t kLinkSecretBytesMax = 65535;  // of an MQTT password

// The file's text without the white space around it. InvalidArgument says what is wrong with the
// file, with a blank before it, and what would be right: the caller names the setting and the path.
absl::StatusOr<std::string> ReadLinkSecret(const std::string& path);

}  // namespace identity
