#include "advise/match.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "advise/reading.h"
#include "faults/reader.h"
#include "faults/topic_filter.h"
#include "proto/topic.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace advise {
namespace {

using faults::Reader;
using policy::Node;
using What = Observation::What;

struct Shape {
  Match::Kind kind;
  absl::string_view name;
  std::vector<absl::string_view> members;
};

const std::vector<Shape>& Shapes() {
  static const auto* const shapes = new std::vector<Shape>{
      {Match::Kind::kConnect, "connect", {"result", "clean", "keep_alive", "client_id"}},
      {Match::Kind::kDisconnect, "disconnect", {"reason"}},
      {Match::Kind::kSubscribe, "subscribe", {"topic", "qos", "allowed"}},
      {Match::Kind::kUnsubscribe, "unsubscribe", {"topic"}},
      {Match::Kind::kPublish, "publish", {"topic", "qos", "allowed", "contains"}},
      {Match::Kind::kGet, "get", {}},
      {Match::Kind::kUpdate, "update", {"reported", "desired", "version"}},
      {Match::Kind::kAnyOf, "any_of", {}},
      {Match::Kind::kAllOf, "all_of", {}},
  };
  return *shapes;
}

absl::Status ReadBool(const Reader& reader, absl::string_view member, std::optional<bool>& out) {
  const auto node = reader.Find(member, Node::Kind::kBool, "true or false");
  if (node.ok() && *node != nullptr) out = (*node)->text == "true";
  return node.status();
}

absl::Status ReadNode(const Reader& reader, absl::string_view member, std::optional<Node>& out) {
  const Node* const node = reader.Find(member);
  if (node == nullptr) return absl::OkStatus();
  absl::Status read = WantDocument(*node, absl::StrCat(reader.what(), ": \"", member, "\""));
  if (read.ok()) out = *node;
  return read;
}

absl::Status ReadResult(const Reader& reader, Match& match) {
  constexpr absl::string_view kWanted = "\"accepted\", \"refused\", \"closed\" or \"any\"";
  absl::Status read = reader.Text("result", kWanted, match.result);
  constexpr absl::string_view kResults[] = {"accepted", "refused", "closed", "any"};
  if (read.ok() && !std::count(std::begin(kResults), std::end(kResults), match.result)) {
    read = reader.Fault(*reader.Find("result"), "result", faults::Quoted(match.result), kWanted);
  }
  return read;
}

// [least, most] seconds.
absl::Status ReadKeepAlive(const Reader& reader, Match& match) {
  constexpr absl::string_view kWanted = "[least, most], in seconds from 0 to 65535";
  const auto node = reader.Find("keep_alive", Node::Kind::kArray, kWanted);
  if (!node.ok() || *node == nullptr) return node.status();
  const auto& elements = (*node)->elements;
  int64_t least = 0;
  int64_t most = 0;
  const bool whole = elements.size() == 2 && absl::SimpleAtoi(elements[0].text, &least) &&
                     absl::SimpleAtoi(elements[1].text, &most) && least >= 0 && least <= most &&
                     most <= 65535;
  if (!whole) return reader.Fault(**node, "keep_alive", "no range", kWanted);
  match.keep_alive_least_s = least;
  match.keep_alive_most_s = most;
  return absl::OkStatus();
}

absl::Status ReadQos(const Reader& reader, Match& match) {
  if (reader.Find("qos") == nullptr) return absl::OkStatus();
  int64_t qos = 0;
  absl::Status read = reader.Number("qos", int64_t{0}, int64_t{1}, qos);
  if (read.ok()) match.qos = qos;
  return read;
}

absl::Status ReadTopic(const Reader& reader, Match& match) {
  constexpr absl::string_view kWanted = "a topic or filter; \"$shadow/\" is the device's shadow";
  absl::Status read = reader.Text("topic", kWanted, match.topic);
  const Node* const node = reader.Find("topic");
  if (read.ok() && node != nullptr && !faults::IsTopicFilter(match.topic)) {
    read = reader.Fault(*node, "topic", faults::Quoted(match.topic), kWanted);
  }
  return read;
}

absl::Status ReadMembers(const Reader& reader, Match& match) {
  absl::Status read = ReadResult(reader, match);
  if (read.ok()) read = ReadKeepAlive(reader, match);
  if (read.ok()) read = ReadBool(reader, "clean", match.clean);
  if (read.ok()) read = ReadBool(reader, "allowed", match.allowed);
  if (read.ok()) read = ReadBool(reader, "version", match.version);
  if (read.ok()) read = reader.Text("client_id", "a client id", match.client_id);
  if (read.ok()) read = reader.Text("reason", "a word such as CONNECTION_LOST", match.reason);
  if (read.ok()) read = ReadTopic(reader, match);
  if (read.ok()) read = ReadQos(reader, match);
  if (read.ok()) read = ReadNode(reader, "contains", match.contains);
  if (read.ok()) read = ReadNode(reader, "reported", match.reported);
  if (read.ok()) read = ReadNode(reader, "desired", match.desired);
  return read;
}

absl::Status ReadParts(const Node& list, const std::string& what, Match& match) {
  absl::Status read = policy::WantKind(list, Node::Kind::kArray, what);
  if (read.ok() && list.elements.empty()) {
    read = policy::Fault(list.place, absl::StrCat(what, " is empty; it must have at least one"));
  }
  for (size_t i = 0; read.ok() && i < list.elements.size(); ++i) {
    auto part = ParseMatch(list.elements[i], what);
    read = part.status();
    if (read.ok()) match.parts.push_back(*std::move(part));
  }
  return read;
}

bool Names(const Match& match, const Observation& seen, const Subject& subject) {
  if (match.topic.empty()) return true;
  const std::string topic = TopicOf(match.topic, subject);
  return match.kind == Match::Kind::kPublish ? faults::FilterMatches(topic, seen.topic)
                                             : faults::FilterMatches(seen.topic, topic);
}

bool MeetsConnect(const Match& match, const Observation& seen) {
  return (match.result == "any" || match.result == seen.result) &&
         (!match.clean || *match.clean == seen.clean) &&
         (!match.keep_alive_least_s || (*match.keep_alive_least_s <= seen.keep_alive_s &&
                                        seen.keep_alive_s <= *match.keep_alive_most_s)) &&
         (match.client_id.empty() || match.client_id == seen.client);
}

bool IsRequest(const Observation& seen, shadow::Operation operation, const Subject& subject) {
  const proto::Topic topic = proto::ParseTopic(seen.topic);
  return seen.what == What::kPublish && topic.kind == proto::Topic::Kind::kRequest &&
         topic.operation == operation && topic.id == subject.id();
}

bool HasSection(const Observation& seen, absl::string_view section, absl::string_view document) {
  return Contains(seen.payload, absl::StrCat("{\"state\":{\"", section, "\":", document, "}}"));
}

bool MeetsUpdate(const Match& match, const Observation& seen, const Subject& subject) {
  shadow::Arena arena;
  if (!shadow::IsUtf8(seen.payload)) return false;
  const auto update = shadow::ParseJson(seen.payload, 0, arena);
  if (!update || !update->is_object()) return false;
  if (match.version && *match.version != (shadow::Find(*update, "version") != nullptr)) {
    return false;
  }
  const auto has = [&](absl::string_view section, const std::optional<Node>& wanted) {
    return !wanted || HasSection(seen, section, DocumentOf(*wanted, subject));
  };
  return has("reported", match.reported) && has("desired", match.desired);
}

bool Meets(const Match& match, const Observation& seen, const Subject& subject) {
  switch (match.kind) {
    case Match::Kind::kConnect:
      return seen.what == What::kConnect && MeetsConnect(match, seen);
    case Match::Kind::kDisconnect:
      return seen.what == What::kDisconnect &&
             (match.reason.empty() || match.reason == seen.reason);
    case Match::Kind::kSubscribe:
      return seen.what == What::kSubscribe && (!match.qos || *match.qos == seen.qos) &&
             (!match.allowed || *match.allowed == seen.allowed) && Names(match, seen, subject);
    case Match::Kind::kUnsubscribe:
      return seen.what == What::kUnsubscribe && Names(match, seen, subject);
    case Match::Kind::kPublish:
      return seen.what == What::kPublish && (!match.qos || *match.qos == seen.qos) &&
             (!match.allowed || *match.allowed == seen.allowed) && Names(match, seen, subject) &&
             (!match.contains || Contains(seen.payload, DocumentOf(*match.contains, subject)));
    case Match::Kind::kGet:
      return IsRequest(seen, shadow::Operation::kGet, subject);
    case Match::Kind::kUpdate:
      return IsRequest(seen, shadow::Operation::kUpdate, subject) &&
             MeetsUpdate(match, seen, subject);
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<Match> ParseMatch(const Node& node, const std::string& what) {
  const auto name = [](const Shape& shape) { return std::string(shape.name); };
  if (node.kind != Node::Kind::kObject || node.names.size() != 1) {
    return policy::Fault(
        node.place,
        absl::StrCat(what, " must be an object with one member: ", faults::OneOf(Shapes(), name)));
  }
  const std::string& given = node.names[0].text;
  const auto shape = std::find_if(Shapes().begin(), Shapes().end(),
                                  [&](const Shape& each) { return each.name == given; });
  if (shape == Shapes().end()) {
    return policy::Fault(
        node.names[0].place,
        absl::StrCat(what, ": \"", given, "\" is nothing that can be seen; it must be ",
                     faults::OneOf(Shapes(), name)));
  }
  Match match{.kind = shape->kind};
  const std::string inner = absl::StrCat(what, ": ", given);
  const Node& members = node.elements[0];
  absl::Status read;
  if (match.kind == Match::Kind::kAnyOf || match.kind == Match::Kind::kAllOf) {
    read = ReadParts(members, inner, match);
  } else {
    read = policy::WantKind(members, Node::Kind::kObject, inner);
    if (read.ok()) read = policy::RefuseUnknown(members, inner, shape->members);
    if (read.ok()) read = ReadMembers(Reader(members, inner), match);
  }
  if (!read.ok()) return read;
  return match;
}

bool Reports(const Observation& observation, absl::string_view state, const Subject& subject) {
  return IsRequest(observation, shadow::Operation::kUpdate, subject) &&
         HasSection(observation, "reported", state);
}

Tally::Tally(const Match& match, const Subject& subject) : match_(match), subject_(subject) {
  for (const Match& part : match.parts) parts_.emplace_back(part, subject);
}

bool Tally::Add(const Observation& observation) {
  const int64_t before = count_;
  if (parts_.empty()) {
    if (Meets(match_, observation, subject_)) ++count_;
    return count_ > before;
  }
  bool any = false;
  for (Tally& part : parts_) any |= part.Add(observation);
  if (match_.kind == Match::Kind::kAnyOf) {
    if (any) ++count_;
    return any;
  }
  count_ = parts_.front().count();
  for (const Tally& part : parts_) count_ = std::min(count_, part.count());
  return count_ > before;
}

}  // namespace advise
