#include "policy/entry_json.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "policy/registry_entry.h"
#include "shadow/json.h"

namespace policy {
namespace {

constexpr absl::string_view kTimeFormat = "%E4Y-%m-%dT%H:%M:%E3SZ";

constexpr CertificateStatus kStatuses[] = {CertificateStatus::kActive, CertificateStatus::kInactive,
                                           CertificateStatus::kRevoked,
                                           CertificateStatus::kPendingActivation};

// Null: there is none. Else it is of that kind.
absl::StatusOr<const Node*> Member(const Node& object, absl::string_view name, Node::Kind kind) {
  const Node* const found = object.Find(name);
  if (found == nullptr) return found;
  if (auto s = WantKind(*found, kind, absl::StrCat("\"", name, "\"")); !s.ok()) return s;
  return found;
}

std::string Lines(absl::string_view open, const std::vector<std::string>& elements,
                  absl::string_view close) {
  if (elements.empty()) return absl::StrCat(open, close);
  return absl::StrCat(open, "\n    ", absl::StrJoin(elements, ",\n    "), "\n  ", close);
}

}  // namespace

absl::StatusOr<Node> ParseEntry(absl::string_view text, absl::string_view what,
                                absl::Span<const absl::string_view> known, size_t bytes_max) {
  auto root = ParseJsonTree(text, bytes_max);
  if (!root.ok()) return root;
  if (auto s = WantKind(*root, Node::Kind::kObject, what); !s.ok()) return s;
  if (auto s = RefuseUnknown(*root, what, known); !s.ok()) return s;
  return root;
}

absl::Status ReadString(const Node& object, absl::string_view name, std::string& out) {
  const auto found = Member(object, name, Node::Kind::kString);
  if (found.ok() && *found != nullptr) out = (*found)->text;
  return found.status();
}

absl::Status ReadNumber(const Node& object, absl::string_view name, uint64_t& out) {
  const auto found = Member(object, name, Node::Kind::kNumber);
  if (!found.ok() || *found == nullptr) return found.status();
  if (absl::SimpleAtoi((*found)->text, &out)) return absl::OkStatus();
  return Fault((*found)->place, absl::StrCat("\"", name, "\" must be a whole number"));
}

absl::Status ReadFlag(const Node& object, absl::string_view name, bool& out) {
  const auto found = Member(object, name, Node::Kind::kBool);
  if (found.ok() && *found != nullptr) out = (*found)->text == "true";
  return found.status();
}

absl::Status ReadTime(const Node& object, absl::string_view name, int64_t& out) {
  const auto found = Member(object, name, Node::Kind::kString);
  if (!found.ok() || *found == nullptr) return found.status();
  absl::Time time;
  std::string reason;
  if (!absl::ParseTime(std::string(absl::RFC3339_full), (*found)->text, &time, &reason)) {
    return Fault((*found)->place,
                 absl::StrCat("\"", name, "\" must be a time such as 2026-11-29T12:00:00.000Z"));
  }
  out = absl::ToUnixMillis(time);
  return absl::OkStatus();
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

absl::Status ReadStatus(const Node& object, CertificateStatus& status) {
  const Node* const text = object.Find("status");
  for (const CertificateStatus known : kStatuses) {
    if (text == nullptr || text->text != StatusName(known)) continue;
    status = known;
    return absl::OkStatus();
  }
  return Fault(text == nullptr ? object.place : text->place,
               "\"status\" must be \"ACTIVE\", \"INACTIVE\", \"REVOKED\" or "
               "\"PENDING_ACTIVATION\"");
}

absl::Status ReadReferences(const Node& object, absl::string_view name,
                            std::vector<Reference>& out) {
  const auto list = Member(object, name, Node::Kind::kArray);
  if (!list.ok() || *list == nullptr) return list.status();
  const std::string what = absl::StrCat("\"", name, "\"");
  for (const Node& element : (*list)->elements) {
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

absl::Status ReadPolicies(const Node& object, size_t most, absl::string_view whose,
                          std::vector<Reference>& out) {
  if (auto s = ReadReferences(object, "policies", out); !s.ok()) return s;
  if (out.size() <= most) return absl::OkStatus();
  return Fault(object.Find("policies")->place,
               absl::StrCat(whose, " has at most ", most, " policies"));
}

absl::Status ReadKeyIdentity(const Node& object, KeyIdentity& out) {
  if (auto s = ReadString(object, "identityId", out.id); !s.ok()) return s;
  const Node* const id = object.Find("identityId");
  if (id != nullptr && !IsIdentityId(out.id)) {
    return Fault(id->place,
                 "\"identityId\" must be an identity of Cognito, REGION:UUID in lower case");
  }
  const auto authenticated = Member(object, "authenticated", Node::Kind::kBool);
  if (!authenticated.ok() || *authenticated == nullptr) return authenticated.status();
  if (id == nullptr) {
    return Fault((*authenticated)->place,
                 "\"authenticated\" is of an identity: \"identityId\" is missing");
  }
  out.authenticated = (*authenticated)->text == "true";
  return absl::OkStatus();
}

absl::Status ReadTags(const Node& object, Tags& out) {
  const auto tags = Member(object, "tags", Node::Kind::kObject);
  if (!tags.ok() || *tags == nullptr) return tags.status();
  for (size_t i = 0; i < (*tags)->names.size(); ++i) {
    const Node& value = (*tags)->elements[i];
    if (auto s = WantKind(value, Node::Kind::kString, "a tag's value"); !s.ok()) return s;
    out.emplace((*tags)->names[i].text, value.text);
  }
  return absl::OkStatus();
}

std::string Quoted(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(text, out);
  return out;
}

std::string TimeText(int64_t ms) {
  return absl::FormatTime(std::string(kTimeFormat), absl::FromUnixMillis(ms), absl::UTCTimeZone());
}

EntryText& EntryText::Raw(absl::string_view name, absl::string_view value) {
  members_.push_back(absl::StrCat(Quoted(name), ": ", value));
  return *this;
}

EntryText& EntryText::Text(absl::string_view name, absl::string_view value) {
  return value.empty() ? *this : Raw(name, Quoted(value));
}

EntryText& EntryText::Number(absl::string_view name, uint64_t value) {
  return value == 0 ? *this : Raw(name, absl::StrCat(value));
}

EntryText& EntryText::Time(absl::string_view name, int64_t value) {
  return value == 0 ? *this : Text(name, TimeText(value));
}

EntryText& EntryText::Map(absl::string_view name, const Attributes& map) {
  if (map.empty()) return *this;
  std::vector<std::string> elements;
  for (const auto& [key, value] : map) {
    elements.push_back(absl::StrCat(Quoted(key), ": ", Quoted(value)));
  }
  return Raw(name, Lines("{", elements, "}"));
}

EntryText& EntryText::List(absl::string_view name, const std::vector<Reference>& references) {
  std::vector<std::string> elements;
  for (const Reference& reference : references) elements.push_back(Quoted(reference.name));
  return Raw(name, Lines("[", elements, "]"));
}

EntryText& EntryText::ListIfAny(absl::string_view name, const std::vector<Reference>& references) {
  return references.empty() ? *this : List(name, references);
}

EntryText& EntryText::Texts(absl::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return *this;
  std::vector<std::string> elements;
  for (const std::string& text : texts) elements.push_back(Quoted(text));
  return Raw(name, Lines("[", elements, "]"));
}

EntryText& EntryText::Status(bool active) {
  return Raw("status", active ? "\"ACTIVE\"" : "\"INACTIVE\"");
}

EntryText& EntryText::Identity(const KeyIdentity& identity) {
  Text("identityId", identity.id);
  return identity.authenticated ? *this : Raw("authenticated", "false");
}

std::string EntryText::Finish() const {
  return members_.empty() ? "{}\n"
                          : absl::StrCat("{\n  ", absl::StrJoin(members_, ",\n  "), "\n}\n");
}

}  // namespace policy
