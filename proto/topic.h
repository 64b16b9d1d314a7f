// Shadow topics, both ways (A1 to A6).
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "shadow/id.h"

namespace proto {

// The topics on which answers are published (A2); and, last, what a request beyond shadows is
// answered on, by its own topic. The numbers stand in the link envelope.
enum class AnswerTopic : uint8_t {
  kUpdateAccepted = 0,
  kUpdateRejected = 1,
  kUpdateDelta = 2,
  kUpdateDocuments = 3,
  kGetAccepted = 4,
  kGetRejected = 5,
  kDeleteAccepted = 6,
  kDeleteRejected = 7,
  kAccepted = 8,
  kRejected = 9,
};
inline constexpr int kAnswerTopics = 8;  // of shadows

AnswerTopic AcceptedTopic(shadow::Operation operation);
AnswerTopic RejectedTopic(shadow::Operation operation);

// What a topic is to the shadow service. `id` and `operation` are views into the parsed text and
// hold for requests and answers.
struct Topic {
  enum class Kind : uint8_t { kNone, kRequest, kAnswer };

  Kind kind = Kind::kNone;
  shadow::ShadowId id;
  shadow::Operation operation = shadow::Operation::kUpdate;
  AnswerTopic answer = AnswerTopic::kUpdateAccepted;  // of an answer
};

// Exact: case, slashes and names must be right (A3, A4, A6), else kNone.
Topic ParseTopic(absl::string_view topic);

// What stands behind "$aws/things/" up to the next slash, a wildcard too; empty: it does not begin
// so.
absl::string_view ThingLevel(absl::string_view topic_or_filter);

// "update/accepted" and so on: what comes behind the shadow.
absl::string_view AnswerTopicEnd(AnswerTopic topic);

// The first level of a topic or filter, which is cut off it; `more` becomes false with the last
// one.
absl::string_view TakeLevel(absl::string_view& text, bool& more);

// "$aws/things/T/shadow/update" or "$aws/things/T/shadow/name/N/update".
std::string RequestTopic(const shadow::ShadowId& id, shadow::Operation operation);

// "$aws/things/T/shadow/update/accepted" and so on.
std::string AnswerTopicOf(const shadow::ShadowId& id, AnswerTopic topic);

}  // namespace proto
