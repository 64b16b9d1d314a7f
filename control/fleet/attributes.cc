#include "control/fleet/attributes.h"

#include <iterator>

#include "absl/strings/str_cat.h"

namespace control {

AttributePayload ReadAttributePayload(Members& in, absl::string_view path) {
  AttributePayload payload;
  payload.attributes = in.Map(absl::StrCat(path, ".attributes"), kAttributeName, kAttributeValue);
  payload.merge = in.Flag(absl::StrCat(path, ".merge")).value_or(false);
  return payload;
}

policy::Attributes AttributesAfter(const AttributePayload& payload,
                                   const policy::Attributes& before) {
  if (!payload.attributes) return before;
  policy::Attributes after = payload.merge ? before : policy::Attributes();
  for (const auto& [name, value] : *payload.attributes) after[name] = value;
  for (auto at = after.begin(); at != after.end();) {
    at = at->second.empty() ? after.erase(at) : std::next(at);
  }
  return after;
}

std::optional<Refusal> AttributesRefusal(const policy::Attributes& attributes,
                                         absl::string_view whose, size_t most) {
  if (attributes.size() <= most) return std::nullopt;
  return InvalidRequest(
      absl::StrCat(whose, " has at most ", most, " attributes, not ", attributes.size()));
}

}  // namespace control
