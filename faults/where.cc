#include "faults/where.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/topic_filter.h"
#include "shadow/json.h"

namespace faults {
namespace {

using policy::Node;

constexpr shadow::Operation kOperations[] = {shadow::Operation::kUpdate, shadow::Operation::kGet,
                                             shadow::Operation::kDelete};

// Whole levels at the end of the topics of such answers.
bool IsEndOf(absl::string_view text, proto::AnswerTopic topic) {
  const absl::string_view end = proto::AnswerTopicEnd(topic);
  return !text.empty() && absl::EndsWith(end, text) &&
         (text.size() == end.size() || end[end.size() - text.size() - 1] == '/');
}

bool Fits(const std::optional<Glob>& glob, absl::string_view text) {
  return !glob || glob->pattern.Matches(text, policy::Connection());
}

// The members of `where` that mean something for what a rule looks at.
std::vector<absl::string_view> MembersFor(On on) {
  switch (on) {
    case On::kConnect:
    case On::kSession:
      return {"thing", "client", "certificate"};
    case On::kSubscribe:
      return {"thing", "topic", "client", "certificate"};
    case On::kRequest:
    case On::kDeliver:
      return {"thing", "shadow", "operation", "topic", "client", "certificate"};
    case On::kAnswer:
      return {"thing", "shadow", "operation", "topic"};
    case On::kHttps:
      return {"thing", "shadow", "operation"};
  }
  return {};
}

absl::Status ReadGlob(const Reader& reader, absl::string_view member, std::optional<Glob>& glob) {
  const auto node =
      reader.Find(member, Node::Kind::kString, "a text, in which * and ? are wildcards");
  if (!node.ok() || *node == nullptr) return node.status();
  auto read = Glob::Of((*node)->text);
  if (!read.ok()) {
    return policy::Fault((*node)->place, absl::StrCat(reader.what(), ": \"", member,
                                                      "\": ", read.status().message()));
  }
  glob = *std::move(read);
  return absl::OkStatus();
}

absl::Status ReadOperation(const Reader& reader, Where& where) {
  const std::string wanted = OneOf(
      kOperations, [](shadow::Operation each) { return Quoted(shadow::OperationName(each)); });
  std::string text;
  absl::Status read = reader.Text("operation", wanted, text);
  if (!read.ok() || reader.Find("operation") == nullptr) return read;
  for (const shadow::Operation each : kOperations) {
    if (text == shadow::OperationName(each)) where.operation = each;
  }
  if (where.operation) return absl::OkStatus();
  return reader.Fault(*reader.Find("operation"), "operation", Quoted(text), wanted);
}

bool IsTopicFor(On on, absl::string_view text) {
  if (on != On::kAnswer) return IsTopicFilter(text);
  for (int topic = 0; topic < proto::kAnswerTopics; ++topic) {
    if (IsEndOf(text, static_cast<proto::AnswerTopic>(topic))) return true;
  }
  return false;
}

absl::Status ReadTopic(const Reader& reader, On on, Where& where) {
  const absl::string_view wanted =
      on == On::kAnswer ? "the end of answers' topics, such as \"update/delta\" or \"rejected\""
                        : "an MQTT filter, such as \"$aws/things/+/shadow/#\"";
  absl::Status read = reader.Text("topic", wanted, where.topic);
  if (!read.ok() || reader.Find("topic") == nullptr) return read;
  if (IsTopicFor(on, where.topic)) return absl::OkStatus();
  return reader.Fault(*reader.Find("topic"), "topic", Quoted(where.topic), wanted);
}

void Put(absl::string_view name, absl::string_view text, std::string& out) {
  absl::StrAppend(&out, out.back() == '{' ? "" : ",", "\"", name, "\":");
  shadow::PrintJsonString(text, out);
}

void Put(absl::string_view name, const std::optional<Glob>& glob, std::string& out) {
  if (glob) Put(name, glob->text, out);
}

}  // namespace

absl::StatusOr<Glob> Glob::Of(const std::string& text) {
  auto pattern = policy::Pattern::Compile(text, policy::Pattern::Syntax::kWildcardsOnly);
  if (!pattern.ok()) return pattern.status();
  return Glob{text, *std::move(pattern)};
}

absl::string_view OnText(On on) {
  constexpr absl::string_view kTexts[kOns] = {"connect", "subscribe", "request", "answer",
                                              "deliver", "session",   "https"};
  return kTexts[static_cast<size_t>(on)];
}

absl::string_view Event::key() const {
  const bool is_of_thing = on == On::kRequest || on == On::kAnswer || on == On::kHttps;
  return is_of_thing ? thing : client;
}

bool Where::Matches(const Event& event) const {
  if (operation && event.operation != operation) return false;
  if (!topic.empty() && !(event.on == On::kAnswer ? event.answer && IsEndOf(topic, *event.answer)
                                                  : FilterMatches(topic, event.topic))) {
    return false;
  }
  if (shadow && !(event.shadow && Fits(shadow, *event.shadow))) return false;
  return Fits(thing, event.thing) && Fits(client, event.client) &&
         Fits(certificate, event.certificate);
}

std::string Where::Text() const {
  std::string out = "{";
  Put("thing", thing, out);
  Put("shadow", shadow, out);
  if (operation) Put("operation", shadow::OperationName(*operation), out);
  if (!topic.empty()) Put("topic", topic, out);
  Put("client", client, out);
  Put("certificate", certificate, out);
  return out + "}";
}

absl::Status Where::Read(const Reader& rule, On on, Where& where) {
  const auto node = rule.Find("where", Node::Kind::kObject, "an object");
  if (!node.ok() || *node == nullptr) return node.status();
  const Reader reader(**node, absl::StrCat(rule.what(), ": where"));
  const auto members = MembersFor(on);
  for (const Node::Name& name : (*node)->names) {
    if (std::find(members.begin(), members.end(), name.text) != members.end()) continue;
    return policy::Fault(name.place,
                         absl::StrCat(reader.what(), ": \"", name.text, "\" does not go with on ",
                                      OnText(on), "; there can be ", OneOf(members, Quoted)));
  }
  absl::Status read = ReadGlob(reader, "thing", where.thing);
  if (read.ok()) read = ReadGlob(reader, "shadow", where.shadow);
  if (read.ok()) read = ReadGlob(reader, "client", where.client);
  if (read.ok()) read = ReadGlob(reader, "certificate", where.certificate);
  if (read.ok()) read = ReadOperation(reader, where);
  if (read.ok()) read = ReadTopic(reader, on, where);
  return read;
}

}  // namespace faults
