#include "shadow/legible.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_format.h"
#include "shadow/code_point.h"
#include "shadow/json.h"

namespace shadow {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};
// Controls; the marks of direction, joining and invisible order; line and paragraph separators;
// annotations; tags.
constexpr Range kIllegible[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x180E, 0x180E}, {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

bool IsLegible(uint32_t point) {
  return std::none_of(std::begin(kIllegible), std::end(kIllegible), [&](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

void AppendEscape(uint32_t point, std::string& out) {
  if (point <= 0xFFFF) {
    absl::StrAppendFormat(&out, "\\u%04x", point);
    return;
  }
  const uint32_t beyond = point - 0x10000;
  absl::StrAppendFormat(&out, "\\u%04x\\u%04x", 0xD800 | beyond >> 10, 0xDC00 | (beyond & 0x3FF));
}

// How many bytes the first character has: 1 if they are no UTF-8.
size_t CharacterBytes(absl::string_view text) {
  for (size_t bytes = 1; bytes <= std::min<size_t>(4, text.size()); ++bytes) {
    if (IsUtf8(text.substr(0, bytes))) return bytes;
  }
  return 1;
}

}  // namespace

void AppendLegible(absl::string_view text, std::string& out) {
  while (!text.empty()) {
    const absl::string_view one = text.substr(0, CharacterBytes(text));
    text.remove_prefix(one.size());
    if (!IsUtf8(one)) {
      out.append("\\ufffd");
      continue;
    }
    size_t at = 0;
    const uint32_t point = TakeCodePoint(one, at);
    if (IsLegible(point)) {
      out.append(one.data(), one.size());
    } else {
      AppendEscape(point, out);
    }
  }
}

}  // namespace shadow
