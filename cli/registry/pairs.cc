#include "cli/registry/pairs.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cli {

absl::StatusOr<Pairs> ReadPairs(absl::string_view what, absl::Span<const std::string> texts) {
  Pairs pairs;
  for (const std::string& text : texts) {
    const size_t end = text.find('=');
    if (end == std::string::npos || end == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, ": \"", text, "\" is not KEY=VALUE, like room=kitchen"));
    }
    if (!pairs.emplace(text.substr(0, end), text.substr(end + 1)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, ": \"", text.substr(0, end), "\" is given twice"));
    }
  }
  return pairs;
}

JsonText PairsObject(const Pairs& pairs) {
  std::vector<JsonText::Member> members;
  for (const auto& [key, value] : pairs) members.emplace_back(key, JsonText::String(value));
  return JsonText::Object(members);
}

JsonText TagList(const Pairs& pairs) {
  std::vector<JsonText> tags;
  for (const auto& [key, value] : pairs) {
    tags.push_back(
        JsonText::Object({{"Key", JsonText::String(key)}, {"Value", JsonText::String(value)}}));
  }
  return JsonText::Array(tags);
}

std::string PairsText(const Pairs& pairs) {
  return absl::StrJoin(pairs, ", ", absl::PairFormatter("="));
}

}  // namespace cli
