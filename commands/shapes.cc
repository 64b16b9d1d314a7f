#include "commands/shapes.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace commands {
namespace {

bool IsNameByte(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; }

bool OfNameBytes(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsNameByte);
}

// Anything but control characters, of ASCII and of Latin 1.
bool OfNoControls(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(text[i]))) return false;
    if (text[i] == '\xC2' && i + 1 < text.size() &&
        static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return false;
    }
  }
  return true;
}

bool OfPrintableAscii(absl::string_view text, char first) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return c >= first && c <= '~'; });
}

bool OfMediaType(absl::string_view text) {
  const size_t slash = text.find('/');
  return slash != text.npos && slash > 0 && slash + 1 < text.size() && OfPrintableAscii(text, ' ');
}

bool OfToken(absl::string_view text) { return OfPrintableAscii(text, '!'); }

bool OfParameterName(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return IsNameByte(c) || c == '.' || c == '$'; });
}

bool OfReasonCode(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsNameByte(c) && !absl::ascii_islower(c);
  });
}

size_t CharactersOf(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

const control::Shape kCommandId = {"[a-zA-Z0-9_-]+", OfNameBytes, 1, 64};
const control::Shape kExecutionId = {"[a-zA-Z0-9_-]+", OfNameBytes, 1, 64};
const control::Shape kDisplayName = {"[^\\p{C}]*", OfNoControls, 0, 64};
const control::Shape kCommandDescription = {"[^\\p{C}]*", OfNoControls, 0, 2028};
const control::Shape kContentType = {"type/subtype", OfMediaType, 1, 256};
const control::Shape kClientToken = {"[\\x21-\\x7E]+", OfToken, 1, 64};
const control::Shape kParameterName = {"[.$a-zA-Z0-9_-]+", OfParameterName, 1, 192};
const control::Shape kArnText = {"", nullptr, 0, 2048};
const control::Shape kReasonCode = {"[A-Z0-9_-]+", OfReasonCode, 1, 64};
const control::Shape kReasonDescription = {"[^\\p{C}]*", OfNoControls, 0, 1024};
const control::Shape kResultName = {"[a-zA-Z0-9_-]+", OfNameBytes, 1, 32};

bool Fits(absl::string_view text, const control::Shape& shape) {
  const size_t characters = CharactersOf(text);
  return characters >= shape.least && (shape.most == 0 || characters <= shape.most) &&
         (shape.fits == nullptr || shape.fits(text));
}

std::string RuleOf(const control::Shape& shape) {
  return absl::StrCat("Member must have length between ", shape.least, " and ", shape.most,
                      " and satisfy regular expression pattern: ", shape.pattern);
}

}  // namespace commands
