// What a page is told of its MQTT, for people: what of it cannot be, and what the broker has said.
// Pure.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "service/live/mqtt_session.h"

namespace service {

inline constexpr absl::string_view kBrokerAway = "The broker is away";

// Why nothing can come of it; empty: nothing is wrong with it.
std::string WhyNotFilter(absl::string_view filter, int qos);
std::string WhyNotPublish(const MqttPublish& publish);

// A reason code of MQTT 5 that is an error.
std::string MqttReason(int code);

}  // namespace service
