// The characters of a JSON string that stand for themselves, found eight at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "shadow/short_text.h"

namespace shadow {

static_assert(std::endian::native == std::endian::little, "the first of eight bytes is the lowest");

inline constexpr uint64_t EachByte(unsigned char c) { return 0x0101010101010101u * c; }

// The high bit of each byte below `bound`, exact up to the first such byte.
inline constexpr uint64_t BytesBelow(uint64_t bytes, unsigned char bound) {
  return (bytes - EachByte(bound)) & ~bytes & EachByte(0x80);
}

inline constexpr uint64_t BytesEqual(uint64_t bytes, unsigned char c) {
  return BytesBelow(bytes ^ EachByte(c), 1);
}

inline bool IsPlain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

// How many bytes of `text` come before the first that ends a string or cannot stand in one as it
// is: a quote, a backslash, a control character.
inline size_t PlainPrefix(absl::string_view text) {
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    const auto eight = Load<uint64_t>(text.data() + at);
    const uint64_t found =
        BytesBelow(eight, 0x20) | BytesEqual(eight, '"') | BytesEqual(eight, '\\');
    if (found != 0) return at + static_cast<size_t>(__builtin_ctzll(found)) / 8;
  }
  while (at < text.size() && IsPlain(text[at])) ++at;
  return at;
}

}  // namespace shadow
