#include "rest/target.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace rest {
namespace {

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

bool IsGraphic(char c) { return c > 0x20 && c < 0x7F; }

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool TakeParameters(absl::string_view query, Target& target) {
  for (const absl::string_view pair : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = PercentDecode(pair.substr(0, equals));
    auto value = PercentDecode(equals == pair.size() ? "" : pair.substr(equals + 1));
    if (!name || !value || target.parameters.size() == kParametersMax) return false;
    target.parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return true;
}

}  // namespace

std::optional<absl::string_view> Target::Find(absl::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

size_t Target::Count(absl::string_view name) const {
  return static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(),
                                           [&](const auto& one) { return one.first == name; }));
}

std::optional<Target> ParseTarget(absl::string_view text) {
  if (!absl::StartsWith(text, "/") || text.size() > kTargetBytesMax ||
      !std::all_of(text.begin(), text.end(), IsGraphic) || text.find('#') != text.npos) {
    return std::nullopt;
  }
  Target target;
  const size_t question = text.find('?');
  target.path = text.substr(0, question);
  for (const absl::string_view part : absl::StrSplit(target.path.substr(1), '/')) {
    auto segment = PercentDecode(part);
    if (!segment || target.segments.size() == kSegmentsMax) return std::nullopt;
    target.segments.push_back(*std::move(segment));
  }
  if (question != text.npos && !TakeParameters(text.substr(question + 1), target)) {
    return std::nullopt;
  }
  return target;
}

std::string PercentEncode(absl::string_view text, bool keep_slashes) {
  constexpr absl::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c) || (keep_slashes && c == '/')) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::optional<std::string> PercentDecode(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = HexDigit(text[i + 1]);
    const auto low = HexDigit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

}  // namespace rest
