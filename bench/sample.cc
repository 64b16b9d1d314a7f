#include "bench/sample.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bench {
namespace {

constexpr absl::string_view kHead = "{\"count\":10000000";
constexpr absl::string_view kTail = ",\"mode\":\"auto\"}";
static_assert(kHead.size() + kTail.size() <= kSectionBytesMin);

// The next piece of a body; pieces are put together until the next one would not fit.
std::string Piece(Shape shape, size_t number) {
  const std::string member =
      absl::StrFormat("\"s%04d\":%d", number, 1000000 + number * 37 % 900000);
  switch (shape) {
    case Shape::kFlat:
      return "," + member;
    case Shape::kNested: {
      std::string group = absl::StrFormat(",\"g%04d\":{\"values\":{%s", number, member);
      for (size_t i = 1; i < 8; ++i) absl::StrAppendFormat(&group, ",\"v%d\":%d.5", i, number + i);
      return group + "}}";
    }
    case Shape::kArray:
      return absl::StrFormat(",%d", 1000000 + number);
    case Shape::kText:
      return absl::StrFormat(",\"t%04d\":\"%s\"", number, std::string(100, 'a' + number % 26));
  }
  return "";
}

}  // namespace

absl::StatusOr<Shape> ParseShape(absl::string_view name) {
  if (name == "flat") return Shape::kFlat;
  if (name == "nested") return Shape::kNested;
  if (name == "array") return Shape::kArray;
  if (name == "text") return Shape::kText;
  return absl::InvalidArgumentError(
      absl::StrCat("shape '", name, "' is none of flat, nested, array, text"));
}

std::string SampleReported(Shape shape, size_t bytes) {
  const bool array = shape == Shape::kArray && bytes >= kSectionBytesMin + 32;
  std::string open(kHead);
  if (array) open += ",\"a\":[0";
  const std::string close = array ? absl::StrCat("]", kTail) : std::string(kTail);

  std::string section = open;
  for (size_t number = 0;; ++number) {
    const std::string piece = Piece(shape, number);
    if (section.size() + piece.size() + close.size() > bytes ||
        (shape == Shape::kArray && !array)) {
      break;
    }
    section += piece;
  }
  if (array) section += "]";

  // What is left is filled by a string; where not even that fits, by a longer mode.
  const size_t left = bytes - section.size() - kTail.size();
  constexpr size_t kPadMember = sizeof(",\"p\":\"\"") - 1;
  if (left >= kPadMember) {
    return absl::StrCat(section, ",\"p\":\"", std::string(left - kPadMember, 'p'), "\"", kTail);
  }
  return absl::StrCat(section, ",\"mode\":\"auto", std::string(left, '+'), "\"}");
}

std::string SampleThing(absl::string_view prefix, uint32_t number) {
  return absl::StrFormat("%s%05d", prefix, number);
}

std::string SampleShadow(absl::string_view prefix, uint32_t number) {
  return absl::StrFormat("%s%0*d", prefix, kShadowDigits, number);
}

}  // namespace bench
