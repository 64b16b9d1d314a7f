#include "proto/text.h"

#include <cstdint>

#include "shadow/json.h"

namespace proto {
namespace {

// The code point that begins at text[at], which is moved behind it. `text` is UTF-8.
uint32_t TakeCodePoint(absl::string_view text, size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  uint32_t point = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i)
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
  return point;
}

bool MayStand(uint32_t point) {
  const bool control = point <= 0x1F || (point >= 0x7F && point <= 0x9F);
  const bool no_character = (point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFE) == 0xFFFE;
  return !control && !no_character;
}

}  // namespace

bool IsText(absl::string_view text) {
  if (text.size() > kTextBytesMax || !shadow::IsUtf8(text)) return false;
  for (size_t at = 0; at < text.size();) {
    if (!MayStand(TakeCodePoint(text, at))) return false;
  }
  return true;
}

bool IsTopicName(absl::string_view text) {
  return !text.empty() && text.find_first_of("+#") == text.npos && IsText(text);
}

}  // namespace proto
