#include "service/live/broker_words.h"

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "faults/topic_filter.h"
#include "proto/client_topics.h"
#include "proto/text.h"

namespace service {
namespace {

constexpr int kPageQosMax = 2;
constexpr size_t kPagePayloadBytesMax = 256 * 1024 * 1024 - 1;  // MQTT's

constexpr std::array<std::pair<int, absl::string_view>, 7> kMqttReasons = {{
    {0x87, "The broker refuses it: nobody may, whatever policies say"},
    {0x8F, "The broker takes no such filter"},
    {0x90, "The broker takes no such topic"},
    {0x95, "It is larger than what the broker takes"},
    {0x97, "The broker has no room for it"},
    {0x9A, "The broker keeps nothing retained"},
    {0x9B, "The broker does not have that QoS"},
}};

std::string WhyNotQos(int qos) { return qos >= 0 && qos <= kPageQosMax ? "" : "QoS is 0, 1 or 2"; }

}  // namespace

std::string WhyNotFilter(absl::string_view filter, int qos) {
  if (!proto::IsText(filter) || !faults::IsTopicFilter(filter)) {
    return "That is no topic filter: + stands for one level, # at the end for all that follow";
  }
  if (proto::WithoutShare(filter).size() < filter.size()) {
    return "A shared subscription would take messages from those they are meant for";
  }
  if (proto::IsReserved(filter)) return "Nobody hears what plugin and shadowd say to each other";
  return WhyNotQos(qos);
}

std::string WhyNotPublish(const MqttPublish& publish) {
  if (!proto::IsTopicName(publish.topic)) {
    return "That is no topic: it is empty, has a wildcard, or a character that MQTT does not take";
  }
  if (!proto::MayClientPublish(publish.topic, publish.retain)) {
    return publish.retain && proto::MayClientPublish(publish.topic, false)
               ? "A request is never retained"
               : "Only the service publishes there";
  }
  if (publish.payload.size() > kPagePayloadBytesMax) return MqttReason(0x95);
  return WhyNotQos(publish.qos);
}

std::string MqttReason(int code) {
  for (const auto& [known, words] : kMqttReasons) {
    if (known == code) return std::string(words);
  }
  return absl::StrCat("The broker refuses it: reason code 0x", absl::Hex(code, absl::kZeroPad2));
}

}  // namespace service
