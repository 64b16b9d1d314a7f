#include "plugin/gate.h"

#include "absl/strings/match.h"
#include "proto/client_topics.h"
#include "proto/device_topic.h"
#include "proto/envelope.h"

namespace plugin {

bool MayPublish(absl::string_view topic, bool retain) {
  return proto::MayClientPublish(topic, retain);
}

bool MaySubscribe(absl::string_view filter) { return !proto::IsReserved(WithoutShare(filter)); }

bool MayReceive(absl::string_view topic) {
  return !proto::IsReserved(topic) &&
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

absl::string_view WithoutShare(absl::string_view filter) { return proto::WithoutShare(filter); }

}  // namespace plugin
