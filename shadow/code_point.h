// Unicode characters of a UTF-8 text, one by one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace shadow {

// The code point that begins at text[at], which is moved behind it. `text` must be UTF-8 (IsUtf8).
inline uint32_t TakeCodePoint(absl::string_view text, size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  uint32_t point = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
  }
  return point;
}

}  // namespace shadow
