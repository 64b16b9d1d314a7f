#include "proto/text.h"

#include <cstdint>

#include "shadow/code_point.h"
#include "shadow/json.h"

namespace proto {
namespace {

bool MayStand(uint32_t point) {
  const bool control = point <= 0x1F || (point >= 0x7F && point <= 0x9F);
  const bool no_character = (point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFE) == 0xFFFE;
  return !control && !no_character;
}

}  // namespace

bool IsText(absl::string_view text) {
  if (text.size() > kTextBytesMax || !shadow::IsUtf8(text)) return false;
  for (size_t at = 0; at < text.size();) {
    if (!MayStand(shadow::TakeCodePoint(text, at))) return false;
  }
  return true;
}

bool IsTopicName(absl::string_view text) {
  return !text.empty() && text.find_first_of("+#") == text.npos && IsText(text);
}

}  // namespace proto
