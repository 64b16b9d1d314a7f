// Keys and scalars: most are a few characters, for which code that is inlined beats a call. It
// moves and compares them in words of fixed sizes that may overlap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace shadow {

template <class Int>
Int Load(const char* at) {
  Int number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

// Copies `text` to `at`; gives the place behind it.
inline char* CopyText(absl::string_view text, char* at) {
  const char* const from = text.data();
  const size_t size = text.size();
  if (size > 16) {
    std::memcpy(at, from, size);
  } else if (size >= 8) {
    std::memcpy(at, from, 8);
    std::memcpy(at + size - 8, from + size - 8, 8);
  } else {
    for (size_t i = 0; i < size; ++i) at[i] = from[i];
  }
  return at + size;
}

// Whether `text` stands at `at`, where as many characters are.
inline bool StandsAt(const char* at, absl::string_view text) {
  const char* const other = text.data();
  const size_t size = text.size();
  if (size > 16) return std::memcmp(at, other, size) == 0;
  if (size >= 8) {
    return Load<uint64_t>(at) == Load<uint64_t>(other) &&
           Load<uint64_t>(at + size - 8) == Load<uint64_t>(other + size - 8);
  }
  if (size >= 4) {
    return Load<uint32_t>(at) == Load<uint32_t>(other) &&
           Load<uint32_t>(at + size - 4) == Load<uint32_t>(other + size - 4);
  }
  for (size_t i = 0; i < size; ++i) {
    if (at[i] != other[i]) return false;
  }
  return true;
}

}  // namespace shadow
