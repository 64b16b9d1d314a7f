#include "proto/topic.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace proto {
namespace {

using shadow::Operation;

constexpr absl::string_view kThingsPrefix = "$aws/things/";
constexpr absl::string_view kShadowLevel = "shadow/";
constexpr absl::string_view kNameLevel = "name/";

constexpr std::array<absl::string_view, kAnswerTopics> kAnswerSuffixes = {
    "update/accepted", "update/rejected", "update/delta",    "update/documents",
    "get/accepted",    "get/rejected",    "delete/accepted", "delete/rejected"};

// Cuts the first level off `rest`; nothing (and `rest` unchanged) if no slash follows it.
absl::string_view TakeInnerLevel(absl::string_view& rest) {
  const size_t slash = rest.find('/');
  if (slash == absl::string_view::npos) return {};
  const absl::string_view level = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  return level;
}

std::string Prefix(const shadow::ShadowId& id) {
  return id.classic()
             ? absl::StrCat(kThingsPrefix, id.thing, "/", kShadowLevel)
             : absl::StrCat(kThingsPrefix, id.thing, "/", kShadowLevel, kNameLevel, id.name, "/");
}

}  // namespace

AnswerTopic AcceptedTopic(Operation operation) {
  static constexpr std::array kTopics = {AnswerTopic::kUpdateAccepted, AnswerTopic::kGetAccepted,
                                         AnswerTopic::kDeleteAccepted};
  return kTopics[static_cast<size_t>(operation)];
}

AnswerTopic RejectedTopic(Operation operation) {
  static constexpr std::array kTopics = {AnswerTopic::kUpdateRejected, AnswerTopic::kGetRejected,
                                         AnswerTopic::kDeleteRejected};
  return kTopics[static_cast<size_t>(operation)];
}

Topic ParseTopic(absl::string_view topic) {
  absl::string_view rest = topic;
  if (!absl::ConsumePrefix(&rest, kThingsPrefix)) return {};
  Topic parsed;
  parsed.id.thing = TakeInnerLevel(rest);
  if (!shadow::IsThingName(parsed.id.thing) || !absl::ConsumePrefix(&rest, kShadowLevel)) return {};
  if (absl::ConsumePrefix(&rest, kNameLevel)) {
    parsed.id.name = TakeInnerLevel(rest);
    if (!shadow::IsShadowName(parsed.id.name)) return {};
  }
  for (const Operation operation : {Operation::kUpdate, Operation::kGet, Operation::kDelete}) {
    parsed.operation = operation;
    if (rest == shadow::OperationName(operation)) {
      parsed.kind = Topic::Kind::kRequest;
      return parsed;
    }
    if (!absl::StartsWith(rest, shadow::OperationName(operation))) continue;
    for (size_t i = 0; i < kAnswerSuffixes.size(); ++i) {
      if (rest != kAnswerSuffixes[i]) continue;
      parsed.kind = Topic::Kind::kAnswer;
      parsed.answer = static_cast<AnswerTopic>(i);
      return parsed;
    }
  }
  return {};
}

absl::string_view ThingLevel(absl::string_view topic_or_filter) {
  if (!absl::ConsumePrefix(&topic_or_filter, kThingsPrefix)) return "";
  return topic_or_filter.substr(0, topic_or_filter.find('/'));
}

absl::string_view AnswerTopicEnd(AnswerTopic topic) {
  return kAnswerSuffixes[static_cast<size_t>(topic)];
}

absl::string_view TakeLevel(absl::string_view& text, bool& more) {
  const size_t slash = text.find('/');
  const absl::string_view level = text.substr(0, slash);
  more = slash != absl::string_view::npos;
  text.remove_prefix(more ? slash + 1 : text.size());
  return level;
}

std::string RequestTopic(const shadow::ShadowId& id, Operation operation) {
  return absl::StrCat(Prefix(id), shadow::OperationName(operation));
}

std::string AnswerTopicOf(const shadow::ShadowId& id, AnswerTopic topic) {
  return absl::StrCat(Prefix(id), AnswerTopicEnd(topic));
}

}  // namespace proto
