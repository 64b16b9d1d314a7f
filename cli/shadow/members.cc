#include "cli/shadow/members.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace cli {

Members::Members(const shadow::Value& object, absl::string_view what) : object_(object) {
  if (!object.is_object()) {
    status_ = absl::InvalidArgumentError(absl::StrCat(what, " is not a JSON object"));
  }
}

int64_t Members::Number(absl::string_view name) {
  if (Find(name) == nullptr) Refuse(name, "is missing");
  return NumberOr(name, 0);
}

int64_t Members::NumberOr(absl::string_view name, int64_t otherwise) {
  const shadow::Value* const member = Find(name);
  if (member == nullptr) return otherwise;
  int64_t number = 0;
  if (member->kind() == shadow::Kind::kNumber && absl::SimpleAtoi(member->text(), &number)) {
    return number;
  }
  Refuse(name, "is not a whole number");
  return otherwise;
}

std::string Members::Text(absl::string_view name) {
  if (Find(name) == nullptr) Refuse(name, "is missing");
  return TextOr(name, "");
}

std::string Members::TextOr(absl::string_view name, absl::string_view otherwise) {
  const shadow::Value* const member = Find(name);
  if (member == nullptr) return std::string(otherwise);
  if (member->kind() == shadow::Kind::kString) return shadow::Unescape(member->text());
  Refuse(name, "is not a text");
  return std::string(otherwise);
}

absl::Span<const shadow::Value> Members::Array(absl::string_view name) {
  const shadow::Value* const member = Find(name);
  if (member != nullptr && member->is_array()) return member->elements();
  Refuse(name, member == nullptr ? "is missing" : "is not an array");
  return {};
}

void Members::Refuse(absl::string_view name, absl::string_view fault) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(absl::StrCat("\"", name, "\" ", fault));
}

std::string JsonOf(const shadow::Value& value) {
  std::string text;
  shadow::PrintJson(value, text);
  return text;
}

}  // namespace cli
