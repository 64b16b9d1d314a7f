#include "proto/client_topics.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "proto/device_topic.h"
#include "proto/envelope.h"
#include "proto/topic.h"

namespace proto {

bool IsReserved(absl::string_view topic_or_filter) {
  return absl::ConsumePrefix(&topic_or_filter, kReservedLevel) &&
         (topic_or_filter.empty() || topic_or_filter.front() == '/');
}

bool MayClientPublish(absl::string_view topic, bool retain) {
  if (IsReserved(topic) || absl::StartsWith(topic, kLifecycleTopics)) return false;
  const Topic::Kind kind = ParseTopic(topic).kind;
  if (kind != Topic::Kind::kNone) return kind == Topic::Kind::kRequest && !retain;
  switch (ParseDeviceTopic(topic).kind) {
    case DeviceTopic::Kind::kService:
      return false;
    case DeviceTopic::Kind::kRequest:
      return !retain;
    case DeviceTopic::Kind::kNone:
      break;
  }
  return true;
}

absl::string_view WithoutShare(absl::string_view filter) {
  absl::string_view rest = filter;
  if (!absl::ConsumePrefix(&rest, "$share/")) return filter;
  const size_t slash = rest.find('/');
  return slash == absl::string_view::npos ? filter : rest.substr(slash + 1);
}

}  // namespace proto
