#include "control/tags.h"

#include "absl/strings/str_cat.h"
#include "policy/registry_entry.h"

namespace control {

policy::Tags ReadTags(Members& in) {
  policy::Tags tags;
  for (const policy::Node* const tag : in.Objects("tags")) {
    const std::string key = in.ElementText(*tag, "Key", "tags.Key", kTagKey);
    const policy::Node* const value = tag->Find("Value");
    const bool has_value = value != nullptr && value->kind != policy::Node::Kind::kNull;
    tags[key] = has_value ? in.ElementText(*tag, "Value", "tags.Value", kTagValue) : "";
  }
  return tags;
}

std::optional<Refusal> TagsRefusal(const policy::Tags& tags) {
  if (tags.size() <= policy::kTagsMax) return std::nullopt;
  return LimitExceeded(absl::StrCat("At most ", policy::kTagsMax, " tags are allowed"));
}

}  // namespace control
