#include "tests/control/matcher.h"

#include <algorithm>
#include <regex>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace control {
namespace {

using policy::Node;

absl::Status Mismatch(const std::string& where, absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat(where, " ", what));
}

std::string Told(const Node& node) {
  if (node.kind == Node::Kind::kObject || node.kind == Node::Kind::kArray) {
    return absl::StrCat("of ", node.elements.size(), " elements");
  }
  return absl::StrCat("'", node.text, "'");
}

bool IsWhole(const std::string& text, const char* pattern) {
  return std::regex_match(text, std::regex(pattern));
}

bool IsPem(const std::string& text, absl::string_view label) {
  static const std::regex kPem(
      "-----BEGIN ([A-Z ]+)-----\n([A-Za-z0-9+/=\n]+)-----END ([A-Z ]+)-----\n");
  std::smatch found;
  std::string bytes;
  return std::regex_match(text, found, kPem) && found[1] == found[3] &&
         (label.empty() || label == found[1].str()) &&
         absl::Base64Unescape(absl::StrReplaceAll(found[2].str(), {{"\n", ""}}), &bytes);
}

bool Is(absl::string_view kind, const Node& value) {
  if (kind == "any") return true;
  if (kind == "time") {
    double seconds = 0;
    return value.kind == Node::Kind::kNumber && absl::SimpleAtod(value.text, &seconds) &&
           seconds > 0 && seconds < 1e10;
  }
  if (kind == "seconds" || kind == "milliseconds") {
    return value.kind == Node::Kind::kNumber &&
           IsWhole(value.text, kind == "seconds" ? "[1-9][0-9]{9}" : "[1-9][0-9]{12}");
  }
  if (value.kind != Node::Kind::kString) return false;
  if (kind == "uuid") {
    return IsWhole(value.text,
                   "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }
  if (kind == "hex64") return IsWhole(value.text, "[0-9a-f]{64}");
  if (kind == "host") return IsWhole(value.text, "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
  absl::ConsumePrefix(&kind, "pem");
  absl::ConsumePrefix(&kind, ":");
  return IsPem(value.text, kind);
}

absl::Status MatchText(const Node& want, const Node& value, const std::string& where,
                       const Fill& fill, Saved& saved) {
  absl::string_view kind = want.text;
  if (kind.size() > 1 && kind[0] == '$' && absl::ascii_islower(kind[1])) {
    kind.remove_prefix(1);
    std::string name;
    if (absl::ConsumePrefix(&kind, "save:")) {
      name = std::string(kind.substr(0, kind.find(':')));
      kind.remove_prefix(name.size() + 1);
    }
    if (!Is(kind, value)) return Mismatch(where, absl::StrCat("is ", Told(value), ", no ", kind));
    if (!name.empty()) saved[name] = value.text;
    return absl::OkStatus();
  }
  if (value.kind == Node::Kind::kString && value.text == fill(want.text)) return absl::OkStatus();
  return Mismatch(where, absl::StrCat("is ", Told(value), " and not '", fill(want.text), "'"));
}

absl::Status MatchAny(const Node& wants, const Node& value, const std::string& where,
                      const Fill& fill, Saved& saved) {
  std::string reasons;
  for (const Node& want : wants.elements) {
    Saved attempt = saved;
    absl::Status status = Match(want, value, where, fill, attempt);
    if (status.ok()) {
      saved = std::move(attempt);
      return status;
    }
    absl::StrAppend(&reasons, status.message(), "; ");
  }
  return absl::FailedPreconditionError(reasons);
}

absl::Status MatchUnordered(const Node& wants, const Node& value, const std::string& where,
                            const Fill& fill, Saved& saved) {
  if (value.kind != Node::Kind::kArray || value.elements.size() != wants.elements.size()) {
    return Mismatch(where, absl::StrCat("is ", Told(value), " and not ", wants.elements.size()));
  }
  std::vector<const Node*> left;
  for (const Node& one : value.elements) left.push_back(&one);
  for (const Node& want : wants.elements) {
    const auto found = std::find_if(left.begin(), left.end(), [&](const Node* one) {
      Saved attempt = saved;
      if (!Match(want, *one, where, fill, attempt).ok()) return false;
      saved = std::move(attempt);
      return true;
    });
    if (found == left.end()) return Mismatch(where, "lacks an element");
    left.erase(found);
  }
  return absl::OkStatus();
}

absl::Status MatchMembers(const Node& want, const Node& value, const std::string& where,
                          const Fill& fill, Saved& saved) {
  if (value.kind != Node::Kind::kObject) return Mismatch(where, "is no object");
  std::vector<std::string> known;
  bool others_may_be = false;
  for (size_t i = 0; i < want.names.size(); ++i) {
    std::string name = want.names[i].text;
    if (name == "...") {
      others_may_be = true;
      continue;
    }
    const bool is_optional = absl::EndsWith(name, "?");
    if (is_optional) name.pop_back();
    name = fill(name);
    known.push_back(name);
    const Node* member = value.Find(name);
    if (member == nullptr && !is_optional) return Mismatch(where, absl::StrCat("has no ", name));
    if (member == nullptr) continue;
    absl::Status status =
        Match(want.elements[i], *member, absl::StrCat(where, ".", name), fill, saved);
    if (!status.ok()) return status;
  }
  for (const Node::Name& name : value.names) {
    if (!others_may_be && std::find(known.begin(), known.end(), name.text) == known.end()) {
      return Mismatch(where, absl::StrCat("has ", name.text, ", too"));
    }
  }
  return absl::OkStatus();
}

absl::Status MatchObject(const Node& want, const Node& value, const std::string& where,
                         const Fill& fill, Saved& saved) {
  const std::string special = want.names.size() == 1 ? want.names[0].text : "";
  if (special == "any_of") return MatchAny(want.elements[0], value, where, fill, saved);
  if (special == "unordered") return MatchUnordered(want.elements[0], value, where, fill, saved);
  if (special == "contains") {
    if (absl::StrContains(value.text, fill(want.elements[0].text))) return absl::OkStatus();
    return Mismatch(
        where, absl::StrCat("is ", Told(value), ", without '", fill(want.elements[0].text), "'"));
  }
  if (special == "not") {
    if (value.text != fill(want.elements[0].text)) return absl::OkStatus();
    return Mismatch(where, absl::StrCat("is ", Told(value), ", too"));
  }
  return MatchMembers(want, value, where, fill, saved);
}

}  // namespace

absl::Status Match(const Node& want, const Node& value, const std::string& where, const Fill& fill,
                   Saved& saved) {
  if (want.kind == Node::Kind::kObject) return MatchObject(want, value, where, fill, saved);
  if (want.kind == Node::Kind::kString) return MatchText(want, value, where, fill, saved);
  if (want.kind != value.kind) return Mismatch(where, absl::StrCat("is ", Told(value)));
  if (want.kind != Node::Kind::kArray) {
    if (want.text == value.text) return absl::OkStatus();
    return Mismatch(where, absl::StrCat("is ", Told(value), " and not ", want.text));
  }
  if (want.elements.size() != value.elements.size()) {
    return Mismatch(where, absl::StrCat("is ", Told(value), " and not ", want.elements.size()));
  }
  for (size_t i = 0; i < want.elements.size(); ++i) {
    absl::Status status =
        Match(want.elements[i], value.elements[i], absl::StrCat(where, "[", i, "]"), fill, saved);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace control
