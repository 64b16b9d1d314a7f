#include "policy/registry_entry.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "shadow/id.h"
#include "shadow/json.h"

namespace policy {
namespace {

constexpr size_t kCertificateIdBytes = 64;

absl::Status WantKind(const Node& node, Node::Kind kind, absl::string_view what) {
  if (node.kind == kind) return absl::OkStatus();
  return Fault(node.place,
               absl::StrCat(what, " must be ", KindText(kind), ", not ", KindText(node.kind)));
}

absl::StatusOr<Node> ParseEntry(absl::string_view text, absl::string_view what,
                                absl::Span<const absl::string_view> known) {
  auto root = ParseJsonTree(text);
  if (!root.ok()) return root;
  if (auto s = WantKind(*root, Node::Kind::kObject, what); !s.ok()) return s;
  for (const Node::Name& name : root->names) {
    if (std::find(known.begin(), known.end(), name.text) != known.end()) continue;
    return Fault(name.place, absl::StrCat(what, " cannot have \"", name.text, "\""));
  }
  return root;
}

// The string member `name`, or an empty one.
absl::Status ReadString(const Node& object, absl::string_view name, std::string& out) {
  const Node* const found = object.Find(name);
  if (found == nullptr) return absl::OkStatus();
  out = found->text;
  return WantKind(*found, Node::Kind::kString, absl::StrCat("\"", name, "\""));
}

bool AllOf(absl::string_view text, absl::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           punctuation.find(c) != absl::string_view::npos;
  });
}

absl::Status ReadAttribute(const Node::Name& name, const Node& value, Thing& thing) {
  if (name.text.empty() || name.text.size() > kAttributeNameBytesMax ||
      !AllOf(name.text, "_.,@/:#-")) {
    return Fault(name.place,
                 absl::StrCat("\"", name.text, "\" cannot name an attribute: 1 to ",
                              kAttributeNameBytesMax, " letters, digits and _.,@/:#- are allowed"));
  }
  if (auto s = WantKind(value, Node::Kind::kString, "an attribute's value"); !s.ok()) return s;
  if (value.text.size() > kAttributeValueBytesMax || !AllOf(value.text, "_.,@/:#=[]-")) {
    return Fault(value.place,
                 absl::StrCat("an attribute's value has at most ", kAttributeValueBytesMax,
                              " letters, digits and _.,@/:#=[]-"));
  }
  thing.attributes.emplace(name.text, value.text);
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

// Lines of an object's members, the last without a comma.
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

}  // namespace

bool IsCertificateId(absl::string_view text) {
  return text.size() == kCertificateIdBytes &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

absl::StatusOr<Thing> ParseThing(absl::string_view name, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"thingTypeName", "attributes", "description"};
  const auto root = ParseEntry(text, "a thing", kKnown);
  if (!root.ok()) return root.status();
  Thing thing;
  thing.name = std::string(name);
  if (auto s = ReadString(*root, "thingTypeName", thing.type_name); !s.ok()) return s;
  if (!thing.type_name.empty() && !shadow::IsThingName(thing.type_name)) {
    return Fault(root->Find("thingTypeName")->place,
                 absl::StrCat("\"", thing.type_name, "\" cannot name a thing type: 1 to 128 ",
                              "letters, digits, : _ and - are allowed"));
  }
  if (auto s = ReadString(*root, "description", thing.description); !s.ok()) return s;
  const Node* const attributes = root->Find("attributes");
  if (attributes == nullptr) return thing;
  if (auto s = WantKind(*attributes, Node::Kind::kObject, "\"attributes\""); !s.ok()) return s;
  if (attributes->names.size() > kThingAttributesMax) {
    return Fault(attributes->place,
                 absl::StrCat("a thing has at most ", kThingAttributesMax, " attributes"));
  }
  for (size_t i = 0; i < attributes->names.size(); ++i) {
    if (auto s = ReadAttribute(attributes->names[i], attributes->elements[i], thing); !s.ok()) {
      return s;
    }
  }
  return thing;
}

absl::StatusOr<CertificateEntry> ParseCertificate(absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"status", "things", "policies", "description"};
  const auto root = ParseEntry(text, "a certificate", kKnown);
  if (!root.ok()) return root.status();
  const Node* const status = root->Find("status");
  if (status == nullptr || (status->text != "ACTIVE" && status->text != "INACTIVE")) {
    return Fault(status == nullptr ? root->place : status->place,
                 "\"status\" must be \"ACTIVE\" or \"INACTIVE\"");
  }
  CertificateEntry entry;
  entry.active = status->text == "ACTIVE";
  if (auto s = ReadString(*root, "description", entry.description); !s.ok()) return s;
  if (auto s = ReadReferences(*root, "things", entry.things); !s.ok()) return s;
  if (auto s = ReadReferences(*root, "policies", entry.policies); !s.ok()) return s;
  if (entry.policies.size() > kPoliciesPerCertificateMax) {
    return Fault(
        root->Find("policies")->place,
        absl::StrCat("a certificate has at most ", kPoliciesPerCertificateMax, " policies"));
  }
  return entry;
}

std::string PrintThing(const Thing& thing) {
  std::vector<std::string> members;
  if (!thing.description.empty()) {
    members.push_back(absl::StrCat("\"description\": ", Quoted(thing.description)));
  }
  if (!thing.type_name.empty()) {
    members.push_back(absl::StrCat("\"thingTypeName\": ", Quoted(thing.type_name)));
  }
  if (!thing.attributes.empty()) {
    std::string list = "\"attributes\": {";
    for (const auto& [name, value] : thing.attributes) {
      absl::StrAppend(&list, list.back() == '{' ? "\n    " : ",\n    ", Quoted(name), ": ",
                      Quoted(value));
    }
    members.push_back(absl::StrCat(list, "\n  }"));
  }
  return Braced(members);
}

std::string PrintCertificate(const CertificateEntry& certificate) {
  std::vector<std::string> members;
  if (!certificate.description.empty()) {
    members.push_back(absl::StrCat("\"description\": ", Quoted(certificate.description)));
  }
  members.push_back(certificate.active ? "\"status\": \"ACTIVE\"" : "\"status\": \"INACTIVE\"");
  members.push_back(ListText("things", certificate.things));
  members.push_back(ListText("policies", certificate.policies));
  return Braced(members);
}

}  // namespace policy
