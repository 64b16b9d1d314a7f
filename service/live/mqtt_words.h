// How what comes of MQTT is told to a page (docs/console-api.md). Pure.
#pragma once

#include <cstdint>
#include <string>

#include "service/live/mqtt_session.h"

namespace service {

// `{"id":4,"messages":[{…}]}`
std::string MessageFrame(int64_t id, const MqttMessage& message);

// That the broker is away, or back.
std::string AwayFrame(int64_t id, bool away);

}  // namespace service
