#include "plugin/reserved_topics.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "proto/topic.h"

namespace plugin {
namespace {

enum Allowed { kPublish = 1, kSubscribe = 2, kBoth = kPublish | kSubscribe };

// In a pattern, a level is `+` (anything), `#` (anything below, or nothing) or the texts that may
// stand there with `|` between them.
struct Reserved {
  absl::string_view pattern;
  Allowed allowed;
};

constexpr Reserved kReserved[] = {
    // Device Shadow
    {"$aws/things/+/shadow/get|update|delete", kBoth},
    {"$aws/things/+/shadow/get|delete/accepted|rejected", kSubscribe},
    {"$aws/things/+/shadow/update/accepted|rejected|delta|documents", kSubscribe},
    {"$aws/things/+/shadow/name/+/get|update|delete", kBoth},
    {"$aws/things/+/shadow/name/+/get|delete/accepted|rejected", kSubscribe},
    {"$aws/things/+/shadow/name/+/update/accepted|rejected|delta|documents", kSubscribe},
    // Jobs
    {"$aws/things/+/jobs/get|start-next", kPublish},
    {"$aws/things/+/jobs/get|start-next/accepted|rejected", kSubscribe},
    {"$aws/things/+/jobs/+/get|update", kPublish},
    {"$aws/things/+/jobs/+/get|update/accepted|rejected", kSubscribe},
    {"$aws/things/+/jobs/notify|notify-next", kSubscribe},
    // Commands
    {"$aws/commands/things|clients/+/executions/+/request", kSubscribe},
    {"$aws/commands/things|clients/+/executions/+/request/json|cbor", kSubscribe},
    {"$aws/commands/things|clients/+/executions/+/response", kPublish},
    {"$aws/commands/things|clients/+/executions/+/response/json|cbor", kPublish},
    {"$aws/commands/things|clients/+/executions/+/response/accepted|rejected", kSubscribe},
    {"$aws/commands/things|clients/+/executions/+/response/accepted|rejected/json|cbor",
     kSubscribe},
    // Device Defender
    {"$aws/things/+/defender/metrics/json|cbor", kPublish},
    {"$aws/things/+/defender/metrics/json|cbor/accepted|rejected", kSubscribe},
    // Fleet provisioning
    {"$aws/certificates/create|create-from-csr/json|cbor", kPublish},
    {"$aws/certificates/create|create-from-csr/json|cbor/accepted|rejected", kSubscribe},
    {"$aws/provisioning-templates/+/provision/json|cbor", kPublish},
    {"$aws/provisioning-templates/+/provision/json|cbor/accepted|rejected", kSubscribe},
    // Files, tunnels, location, Basic Ingest, SiteWise
    {"$aws/things/+/streams/+/get|describe/json|cbor", kPublish},
    {"$aws/things/+/streams/+/data|description|rejected/json|cbor", kSubscribe},
    {"$aws/things/+/tunnels/notify", kSubscribe},
    {"$aws/device_location/+/get_position_estimate", kPublish},
    {"$aws/device_location/+/get_position_estimate/accepted|rejected", kSubscribe},
    {"$aws/rules/+/#", kPublish},
    {"$aws/sitewise/asset-models/+/assets/+/properties/+", kSubscribe},
    // Events
    {"$aws/events/presence/connected|disconnected|connect_failed/+", kSubscribe},
    {"$aws/events/subscriptions/subscribed|unsubscribed/+", kSubscribe},
    {"$aws/events/certificates/registered/+", kSubscribe},
    {"$aws/events/job|jobExecution|commandExecution/+/+", kSubscribe},
    {"$aws/events/thing|thingGroup|thingType/+/created|updated|deleted", kSubscribe},
    {"$aws/events/thingTypeAssociation/thing/+/+", kSubscribe},
    {"$aws/events/thingGroupMembership/thingGroup/+/thing/+/added|removed", kSubscribe},
    {"$aws/events/thingGroupHierarchy/thingGroup/+/childThingGroup/+/added|removed", kSubscribe},
};

bool LevelsMeet(absl::string_view pattern, absl::string_view level, bool is_filter) {
  if (is_filter && level == "+") return true;
  if (pattern == "+") return !level.empty();
  for (const absl::string_view text : absl::StrSplit(pattern, '|')) {
    if (text == level) return true;
  }
  return false;
}

// Is there a topic that both the pattern and the topic or filter match?
bool Meet(absl::string_view pattern, absl::string_view text, bool is_filter) {
  bool pattern_goes_on = true;
  bool text_goes_on = true;
  while (pattern_goes_on && text_goes_on) {
    const absl::string_view wanted = proto::TakeLevel(pattern, pattern_goes_on);
    const absl::string_view level = proto::TakeLevel(text, text_goes_on);
    if (wanted == "#" || (is_filter && level == "#")) return true;
    if (!LevelsMeet(wanted, level, is_filter)) return false;
  }
  if (pattern_goes_on) return pattern == "#";
  return !text_goes_on || (is_filter && text == "#");
}

bool Lets(Allowed what, absl::string_view text) {
  return std::any_of(std::begin(kReserved), std::end(kReserved), [&](const Reserved& reserved) {
    return (reserved.allowed & what) != 0 && Meet(reserved.pattern, text, what == kSubscribe);
  });
}

}  // namespace

bool IsReservedOnAws(absl::string_view topic_or_filter) {
  return absl::StartsWith(topic_or_filter, "$");
}

bool AwsLetsPublish(absl::string_view topic) { return Lets(kPublish, topic); }

bool AwsLetsSubscribe(absl::string_view filter) { return Lets(kSubscribe, filter); }

}  // namespace plugin
