#include "plugin/gate.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "plugin/lifecycle.h"
#include "proto/device_topic.h"
#include "proto/envelope.h"
#include "proto/topic.h"

namespace plugin {
namespace {

bool IsReserved(absl::string_view topic_or_filter) {
  return absl::ConsumePrefix(&topic_or_filter, proto::kReservedLevel) &&
         (topic_or_filter.empty() || topic_or_filter.front() == '/');
}

}  // namespace

bool MayPublish(absl::string_view topic, bool retain) {
  if (IsReserved(topic) || absl::StartsWith(topic, kLifecycleTopics)) return false;
  const proto::Topic::Kind kind = proto::ParseTopic(topic).kind;
  if (kind != proto::Topic::Kind::kNone) return kind == proto::Topic::Kind::kRequest && !retain;
  switch (proto::ParseDeviceTopic(topic).kind) {
    case proto::DeviceTopic::Kind::kService:
      return false;
    case proto::DeviceTopic::Kind::kRequest:
      return !retain;
    case proto::DeviceTopic::Kind::kNone:
      break;
  }
  return true;
}

bool MaySubscribe(absl::string_view filter) { return !IsReserved(WithoutShare(filter)); }

bool MayReceive(absl::string_view topic) {
  return !IsReserved(topic) &&
         proto::ParseDeviceTopic(topic).kind != proto::DeviceTopic::Kind::kRequest;
}

bool IsReservedId(absl::string_view client_id) {
  return absl::StartsWith(client_id, proto::kReservedLevel);
}

bool SameSecret(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

absl::string_view WithoutShare(absl::string_view filter) {
  absl::string_view rest = filter;
  if (!absl::ConsumePrefix(&rest, "$share/")) return filter;
  const size_t slash = rest.find('/');
  return slash == absl::string_view::npos ? filter : rest.substr(slash + 1);
}

}  // namespace plugin
