#include "shadow/json_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "shadow/json.h"
#include "shadow/plain_text.h"

namespace shadow {
namespace {

// Doubles with a decimal exponent in this range are printed without one.
constexpr int kFixedExponentMin = -4;
constexpr int kFixedExponentMax = 15;
constexpr size_t kDigitsExact = 15;  // no two decimals of so many digits have the same double

// Turns "d.ddde+XX" (what to_chars gives, always the shortest digits) into the layout that most
// JSON writers use: 0.0001 up to 9999999999999998.0 without an exponent, always with a point or an
// 'e'.
std::string LayOutDouble(absl::string_view scientific) {
  const bool negative = absl::ConsumePrefix(&scientific, "-");
  const size_t e = scientific.find('e');
  const int exponent = std::atoi(std::string(scientific.substr(e + 1)).c_str());
  std::string digits(scientific.substr(0, 1));
  if (e > 2) digits.append(scientific.data() + 2, e - 2);

  std::string out = negative ? "-" : "";
  if (exponent < kFixedExponentMin || exponent > kFixedExponentMax) {
    out.append(scientific.data(), scientific.size());
  } else if (exponent < 0) {
    out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
  } else {
    const size_t whole = static_cast<size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out.append(digits, 0, whole).append(".");
    out.append(digits.size() > whole ? digits.substr(whole) : "0");
  }
  return out;
}

// What a JSON number without an exponent is made of.
struct Decimal {
  absl::string_view whole;     // no sign
  absl::string_view fraction;  // behind the point; empty: an integer
};

// Nothing if there is an exponent.
std::optional<Decimal> TakeApart(absl::string_view number) {
  const size_t point = number.find_first_of(".eE");
  if (point == absl::string_view::npos) return Decimal{.whole = number, .fraction = {}};
  if (number[point] != '.') return std::nullopt;
  const absl::string_view fraction = number.substr(point + 1);
  if (fraction.find_first_of("eE") != absl::string_view::npos) return std::nullopt;
  absl::string_view whole = number.substr(0, point);
  absl::ConsumePrefix(&whole, "-");
  return Decimal{.whole = whole, .fraction = fraction};
}

// True if `decimal`, which has a fraction, reads as its double is printed: so few digits belong to
// one double each, so that the shortest text for it is this one, unless it ends in zeros or has an
// exponent when printed.
bool IsShortest(const Decimal& decimal) {
  if (decimal.whole.size() + decimal.fraction.size() > kDigitsExact) return false;
  if (decimal.fraction == "0") return true;
  if (decimal.fraction.back() == '0') return false;
  return decimal.whole != "0" || !absl::StartsWith(decimal.fraction, "0000");
}

// The four hex digits of a \u escape.
std::optional<uint32_t> ConsumeHex4(absl::string_view& text) {
  uint32_t unit = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, unit, 16);
  if (error != std::errc() || end != text.data() + 4) return std::nullopt;
  text.remove_prefix(4);
  return unit;
}

void AppendUtf8(uint32_t character, std::string& out) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xC0 | character >> 6);
    put(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    put(0xE0 | character >> 12);
    put(0x80 | (character >> 6 & 0x3F));
    put(0x80 | (character & 0x3F));
  } else {
    put(0xF0 | character >> 18);
    put(0x80 | (character >> 12 & 0x3F));
    put(0x80 | (character >> 6 & 0x3F));
    put(0x80 | (character & 0x3F));
  }
}

// What follows "\u".
bool ConsumeUnicode(absl::string_view& text, std::string& out) {
  const auto unit = ConsumeHex4(text);
  if (!unit) return false;
  if (*unit < 0xD800 || *unit > 0xDFFF) {
    AppendUtf8(*unit, out);
    return true;
  }
  if (*unit > 0xDBFF || !absl::ConsumePrefix(&text, "\\u")) return false;
  const auto low = ConsumeHex4(text);
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
  AppendUtf8(0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00), out);
  return true;
}

}  // namespace

std::optional<absl::string_view> CanonicalNumber(absl::string_view number, Arena& arena) {
  if (const auto decimal = TakeApart(number)) {
    if (decimal->fraction.empty()) return number == "-0" ? "0" : number;
    if (IsShortest(*decimal)) return number;
  }
  double value;
  const char* const number_end = number.data() + number.size();
  if (std::from_chars(number.data(), number_end, value).ec == std::errc::result_out_of_range) {
    value = std::strtod(std::string(number).c_str(), nullptr);  // tells too small from too large
  }
  if (!std::isfinite(value)) return std::nullopt;
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string text = LayOutDouble({buffer, static_cast<size_t>(end - buffer)});
  return text == number ? number : arena.Copy(text);
}

bool ConsumeEscape(absl::string_view& text, std::string& out) {
  static constexpr absl::string_view kLetters = R"("\/bfnrt)";
  static constexpr absl::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (text.size() < 2) return false;
  const char letter = text[1];
  text.remove_prefix(2);
  if (letter == 'u') return ConsumeUnicode(text, out);
  const size_t place = kLetters.find(letter);
  if (place == absl::string_view::npos) return false;
  out.push_back(kMeanings[place]);
  return true;
}

std::string Unescape(absl::string_view json_string) {
  absl::string_view left = json_string.substr(1, json_string.size() - 2);
  std::string text;
  while (!left.empty()) {
    const size_t plain = PlainPrefix(left);
    text.append(left.data(), plain);
    left.remove_prefix(plain);
    if (!left.empty() && !ConsumeEscape(left, text)) break;  // not canonical
  }
  return text;
}

}  // namespace shadow
