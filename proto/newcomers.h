// What the plugin tells the service of clients that came with a certificate which is not
// registered, or waits to be activated: the service may register it just in time (CE7).
// docs/link-format.md has the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

struct Newcomer {
  absl::string_view client_id;
  absl::string_view certificate;  // DER; TLS has verified its chain

  friend bool operator==(const Newcomer&, const Newcomer&) = default;
};

// A larger certificate is not told of: one with RSA keys of 4096 bits and many names has 3 KB.
inline constexpr size_t kNewcomerBytesMax = 8 * 1024;

// Whether an envelope, which may be damaged, says that it holds newcomers.
bool IsNewcomers(absl::string_view bytes);

std::string EncodeNewcomers(uint64_t epoch, const std::vector<Newcomer>& newcomers);

// Views of the result point into `bytes`. A certificate is any bytes, of 1 to kNewcomerBytesMax.
absl::StatusOr<std::vector<Newcomer>> DecodeNewcomers(absl::string_view bytes);

}  // namespace proto
