#include "bench/shadowbench/token.h"

namespace bench {
namespace {

constexpr size_t kRunDigits = 4;
constexpr size_t kDeviceDigits = 5;
constexpr size_t kSlotDigits = 3;
constexpr size_t kSequenceDigits = 8;
static_assert(kRunDigits + kDeviceDigits + kSlotDigits + kSequenceDigits == kTokenBytes);

char* WriteHex(uint32_t number, size_t digits, char* out) {
  for (size_t i = digits; i-- > 0; number >>= 4) out[i] = "0123456789abcdef"[number & 0xf];
  return out + digits;
}

// Takes `digits` digits off the front of `text`.
bool ReadHex(absl::string_view& text, size_t digits, uint32_t& number) {
  number = 0;
  for (size_t i = 0; i < digits; ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      number = number << 4 | static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      number = number << 4 | static_cast<uint32_t>(c - 'a' + 10);
    } else {
      return false;
    }
  }
  text.remove_prefix(digits);
  return true;
}

}  // namespace

void WriteToken(const Token& token, char* out) {
  out = WriteHex(token.run, kRunDigits, out);
  out = WriteHex(token.device, kDeviceDigits, out);
  out = WriteHex(token.slot, kSlotDigits, out);
  WriteHex(token.sequence, kSequenceDigits, out);
}

bool ReadToken(absl::string_view payload, Token& token) {
  constexpr size_t kBytes = kTokenMember.size() + kTokenBytes + kAfterToken.size();
  if (payload.size() < kBytes) return false;
  absl::string_view tail = payload.substr(payload.size() - kBytes);
  if (tail.substr(0, kTokenMember.size()) != kTokenMember) return false;
  if (tail.substr(kTokenMember.size() + kTokenBytes) != kAfterToken) return false;
  tail.remove_prefix(kTokenMember.size());
  return ReadHex(tail, kRunDigits, token.run) && ReadHex(tail, kDeviceDigits, token.device) &&
         ReadHex(tail, kSlotDigits, token.slot) && ReadHex(tail, kSequenceDigits, token.sequence);
}

}  // namespace bench
