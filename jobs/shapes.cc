#include "jobs/shapes.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "jobs/keys.h"

namespace jobs {
namespace {

bool OfDetailsKey(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ':' || c == '_' || c == '-';
  });
}

bool OfIdLetters(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  });
}

bool OfIdLettersOrNext(absl::string_view text) { return text == "$next" || OfIdLetters(text); }

bool OfCapitals(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_isupper(byte) || absl::ascii_isdigit(byte) || c == '_';
  });
}

// AWS's [^\p{C}]: no control characters.
bool OfVisible(absl::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

}  // namespace

const control::Shape kJobId = {"[a-zA-Z0-9_-]+", OfIdLetters, 1, 64};
const control::Shape kJobIdOrNext = {"[a-zA-Z0-9_-]+|^\\$next", OfIdLettersOrNext, 1, 64};
const control::Shape kDetailsKey = {"[a-zA-Z0-9:_-]+", OfDetailsKey, 1, 128};
const control::Shape kDetailsValue = {"[^\\p{C}]+", OfVisible, 1, 1024};
const control::Shape kText = {"[^\\p{C}]+", OfVisible, 0, 2028};
const control::Shape kReasonCode = {"[\\p{Upper}\\p{Digit}_]+", OfCapitals, 0, 128};
const control::Shape kNamespace = {"[a-zA-Z0-9_-]+", OfIdLetters, 0, 128};

std::optional<Texts> ReadDetails(control::Members& in) {
  auto details = in.Map("statusDetails", kDetailsKey, kDetailsValue);
  if (details && details->size() > kDetailsMax) {
    in.Fail(absl::StrCat(details->size(), " pairs"), "statusDetails",
            absl::StrCat("Member must have length less than or equal to ", kDetailsMax));
  }
  return details;
}

}  // namespace jobs
