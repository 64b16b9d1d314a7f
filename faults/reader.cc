#include "faults/reader.h"

#include <utility>

#include "absl/strings/str_join.h"

namespace faults {

using policy::Node;

Reader::Reader(const Node& object, std::string what) : object_(object), what_(std::move(what)) {}

absl::StatusOr<const Node*> Reader::Find(absl::string_view member, Node::Kind kind,
                                         absl::string_view wanted) const {
  const Node* const node = object_.Find(member);
  if (node != nullptr && node->kind != kind) {
    return Fault(*node, member, policy::KindText(node->kind), wanted);
  }
  return node;
}

absl::Status Reader::Fault(const Node& at, absl::string_view member, absl::string_view found,
                           absl::string_view wanted) const {
  return policy::Fault(
      at.place, absl::StrCat(what_, ": \"", member, "\" is ", found, "; it must be ", wanted));
}

absl::Status Reader::Missing(absl::string_view member, absl::string_view wanted) const {
  return policy::Fault(object_.place,
                       absl::StrCat(what_, ": \"", member, "\" is missing: ", wanted));
}

absl::Status Reader::Text(absl::string_view member, absl::string_view wanted,
                          std::string& text) const {
  const auto node = Find(member, Node::Kind::kString, wanted);
  if (node.ok() && *node != nullptr) text = (*node)->text;
  return node.status();
}

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", text, "\""); }

std::string OneOf(std::vector<std::string> names) {
  const std::string last = std::move(names.back());
  names.pop_back();
  return names.empty() ? last : absl::StrCat(absl::StrJoin(names, ", "), " or ", last);
}

}  // namespace faults
