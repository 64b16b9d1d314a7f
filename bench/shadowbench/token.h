// The clientToken of a request: of fixed length, so that requests are stamped with it and answers
// are matched by it without a look at the JSON around.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace bench {

// Twenty hexadecimal digits: run (4), device (5), slot (3), sequence (8).
struct Token {
  uint32_t run = 0;  // tells one run of the generator from another
  uint32_t device = 0;
  uint32_t slot = 0;
  uint32_t sequence = 0;  // counts the requests of a device
};

inline constexpr size_t kTokenBytes = 20;
inline constexpr uint32_t kRunMax = 0xffff;
inline constexpr uint32_t kSlotsMax = 0x1000;

// Writes kTokenBytes characters.
void WriteToken(const Token& token, char* out);

// The member that ends every request and answer, up to its value.
inline constexpr absl::string_view kTokenMember = "\"clientToken\":\"";
inline constexpr absl::string_view kAfterToken = "\"}";

// The token that ends `payload`. False where there is none: then the payload is no answer to a
// request of a generator.
bool ReadToken(absl::string_view payload, Token& token);

}  // namespace bench
