#include "policy/registry_entry.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "policy/entry_json.h"
#include "shadow/id.h"

namespace policy {
namespace {

constexpr size_t kCertificateIdBytes = 64;

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
  CertificateEntry entry;
  if (auto s = ReadStatus(*root, entry.active); !s.ok()) return s;
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
  members.push_back(StatusText(certificate.active));
  members.push_back(ListText("things", certificate.things));
  members.push_back(ListText("policies", certificate.policies));
  return Braced(members);
}

}  // namespace policy
