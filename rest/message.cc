#include "rest/message.h"

#include <array>
#include <cstdint>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

namespace rest {

std::optional<absl::string_view> Request::Find(absl::string_view name) const {
  for (const Header& header : headers) {
    if (absl::EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::string NewRequestId() {
  thread_local std::mt19937_64 random{std::random_device()()};
  const uint64_t high = (random() & ~0xF000ull) | 0x4000;                     // version 4
  const uint64_t low = (random() & ~(0x3ull << 62)) | (uint64_t{0x2} << 62);  // variant 1
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, (high >> 16) & 0xFFFF,
                         high & 0xFFFF, low >> 48, low & 0xFFFF'FFFF'FFFF);
}

}  // namespace rest
