#include "policy/entry_json.h"

#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace policy {

absl::StatusOr<Node> ParseEntry(absl::string_view text, absl::string_view what,
                                absl::Span<const absl::string_view> known) {
  auto root = ParseJsonTree(text);
  if (!root.ok()) return root;
  if (auto s = WantKind(*root, Node::Kind::kObject, what); !s.ok()) return s;
  if (auto s = RefuseUnknown(*root, what, known); !s.ok()) return s;
  return root;
}

absl::Status ReadString(const Node& object, absl::string_view name, std::string& out) {
  const Node* const found = object.Find(name);
  if (found == nullptr) return absl::OkStatus();
  out = found->text;
  return WantKind(*found, Node::Kind::kString, absl::StrCat("\"", name, "\""));
}

absl::Status ReadStatus(const Node& object, bool& active) {
  const Node* const status = object.Find("status");
  if (status == nullptr || (status->text != "ACTIVE" && status->text != "INACTIVE")) {
    return Fault(status == nullptr ? object.place : status->place,
                 "\"status\" must be \"ACTIVE\" or \"INACTIVE\"");
  }
  active = status->text == "ACTIVE";
  return absl::OkStatus();
}

absl::Status ReadReferences(const Node& object, absl::string_view name,
                            std::vector<Reference>& out) {
  const Node* const list = object.Find(name);
  if (list == nullptr) return absl::OkStatus();
  const std::string what = absl::StrCat("\"", name, "\"");
  if (auto s = WantKind(*list, Node::Kind::kArray, what); !s.ok()) return s;
  for (const Node& element : list->elements) {
    if (auto s = WantKind(element, Node::Kind::kString, absl::StrCat("a name in ", what));
        !s.ok()) {
      return s;
    }
    const bool twice = std::any_of(
        out.begin(), out.end(), [&](const Reference& other) { return other.name == element.text; });
    if (twice) {
      return Fault(element.place, absl::StrCat("\"", element.text, "\" stands twice in ", what));
    }
    out.push_back({element.text, element.place});
  }
  return absl::OkStatus();
}

std::string Quoted(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(text, out);
  return out;
}

std::string Braced(const std::vector<std::string>& members) {
  std::string out = "{";
  for (size_t i = 0; i < members.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? "\n  " : ",\n  ", members[i]);
  }
  return absl::StrCat(out, members.empty() ? "}\n" : "\n}\n");
}

std::string ListText(absl::string_view name, const std::vector<Reference>& references) {
  std::string out = absl::StrCat(Quoted(name), ": [");
  for (size_t i = 0; i < references.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? "\n    " : ",\n    ", Quoted(references[i].name));
  }
  return absl::StrCat(out, references.empty() ? "]" : "\n  ]");
}

std::string StatusText(bool active) {
  return active ? "\"status\": \"ACTIVE\"" : "\"status\": \"INACTIVE\"";
}

}  // namespace policy
