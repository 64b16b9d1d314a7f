#include "advise/subject.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/topic.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace advise {
namespace {

using policy::Node;
using shadow::Value;

constexpr absl::string_view kShadow = "$shadow/";
constexpr absl::string_view kRetyped =
    R"({"advise":[1]})";  // no scalar, and no member of anybody's

std::string JsonString(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(text, out);
  return out;
}

// Of a document of 8 KB what leaves room for the rest; many members, for their metadata.
std::string Big() {
  constexpr int kMembers = 56;
  const std::string filling(100, 'x');
  std::string out = "{";
  for (int i = 0; i < kMembers; ++i) {
    absl::StrAppend(&out, i == 0 ? "" : ",", "\"m", i, "\":\"", filling, "\"");
  }
  return out + "}";
}

// `state` with each member's value replaced.
std::string Replaced(const std::string& state, absl::string_view value) {
  shadow::Arena arena;
  const auto json = shadow::ParseWholeJson(state, 0, arena);
  if (!json) return "{}";
  std::string out = "{";
  for (const shadow::Member& member : json->members()) {
    absl::StrAppend(&out, out.size() == 1 ? "" : ",", member.key, ":", value);
  }
  return out + "}";
}

std::optional<std::string> StandsFor(absl::string_view word, const Subject& subject, uint64_t n) {
  if (word == "$state") return subject.state;
  if (word == "$other") return subject.other;
  if (word == "$retyped") return Replaced(subject.state, kRetyped);
  if (word == "$nulls") return Replaced(subject.state, "null");
  if (word == "$big") return Big();
  if (word == "$n") return absl::StrCat(n);
  return std::nullopt;
}

// Without its braces.
absl::string_view Inside(absl::string_view object) { return object.substr(1, object.size() - 2); }

std::string Joined(const Node& parts, const Subject& subject, uint64_t n) {
  std::string out = "{";
  for (const Node& part : parts.elements) {
    const std::string text = DocumentOf(part, subject, n);
    absl::StrAppend(&out, out.size() == 1 ? "" : ",", Inside(text));
  }
  return out + "}";
}

std::string Json(const Node& node, const Subject& subject, uint64_t n) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBool:
    case Node::Kind::kNumber:
      return node.text;
    case Node::Kind::kString: {
      auto replaced = StandsFor(node.text, subject, n);
      return replaced ? *std::move(replaced) : JsonString(node.text);
    }
    default:
      break;
  }
  const bool is_object = node.kind == Node::Kind::kObject;
  std::string out = is_object ? "{" : "[";
  for (size_t i = 0; i < node.elements.size(); ++i) {
    if (i > 0) out += ',';
    if (is_object) absl::StrAppend(&out, JsonString(node.names[i].text), ":");
    out += Json(node.elements[i], subject, n);
  }
  return out + (is_object ? '}' : ']');
}

bool Contains(const Value& whole, const Value& part) {
  if (!whole.is_object() || !part.is_object()) return shadow::SameValue(whole, part);
  shadow::MemberIndex index(whole.members());
  for (const shadow::Member& member : part.members()) {
    const auto found = index.Find(member.key);
    if (!found || !Contains(whole.members()[*found].value, member.value)) return false;
  }
  return true;
}

}  // namespace

std::string TopicOf(absl::string_view topic, const Subject& subject) {
  if (!absl::StartsWith(topic, kShadow)) return std::string(topic);
  std::string whole = proto::RequestTopic(subject.id(), shadow::Operation::kGet);
  whole.resize(whole.size() - 3);  // "get"
  return absl::StrCat(whole, topic.substr(kShadow.size()));
}

std::string ValueOf(const Node& value, const Subject& subject, uint64_t n) {
  return Json(value, subject, n);
}

std::string DocumentOf(const Node& document, const Subject& subject, uint64_t n) {
  return document.kind == Node::Kind::kArray ? Joined(document, subject, n)
                                             : ValueOf(document, subject, n);
}

bool Contains(absl::string_view whole, absl::string_view part) {
  shadow::Arena arena;
  if (!shadow::IsUtf8(whole)) return false;
  const auto outer = shadow::ParseJson(whole, 0, arena);
  const auto inner = shadow::ParseWholeJson(part, 0, arena);
  return outer && inner && outer->is_object() && inner->is_object() && Contains(*outer, *inner);
}

}  // namespace advise
