#include "plugin/mosquitto.h"

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <mqtt_protocol.h>
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>

#include "shadow/legible.h"

// One binary serves Mosquitto 2.0 and 2.1, whichever's headers it is built with: what 2.1 adds is
// looked for when the plugin is loaded (docs/decisions/0018-mosquitto-2.1.md). 2.1 has this, and in
// 2.0 it is null.
extern "C" __attribute__((weak)) int mosquitto_plugin_set_info(mosquitto_plugin_id_t* identifier,
                                                               const char* name,
                                                               const char* version);

namespace plugin {
namespace {

size_t Length(const char* text) { return text == nullptr ? 0 : strlen(text); }

// What the broker has allocated to be read: 2.1 counts it.
void Free(void* bytes) { IsSince21() ? mosquitto_free(bytes) : free(bytes); }

size_t TakeBytes(char* text) {
  const size_t bytes = Length(text);
  Free(text);
  return bytes;
}

// Of the texts in it.
size_t BytesOf(const mosquitto_property* property) {
  const int identifier = mosquitto_property_identifier(property);
  char *name = nullptr, *value = nullptr;
  switch (identifier) {
    case MQTT_PROP_CONTENT_TYPE:
    case MQTT_PROP_RESPONSE_TOPIC:
      mosquitto_property_read_string(property, identifier, &value, false);
      return TakeBytes(value);
    case MQTT_PROP_USER_PROPERTY:
      mosquitto_property_read_string_pair(property, identifier, &name, &value, false);
      return TakeBytes(name) + TakeBytes(value);
    case MQTT_PROP_CORRELATION_DATA: {
      void* data = nullptr;
      uint16_t bytes = 0;
      mosquitto_property_read_binary(property, identifier, &data, &bytes, false);
      Free(data);
      return bytes;
    }
    default:
      return 0;
  }
}

template <class Unit, class Clock>
int64_t Now() {
  return std::chrono::duration_cast<Unit>(Clock::now().time_since_epoch()).count();
}

// Owned by the caller; null: it has none.
mosquitto_property* PropertiesOf(const proto::PublishCommand& message) {
  mosquitto_property* properties = nullptr;
  const auto add_text = [&](int identifier, absl::string_view text) {
    if (text.empty()) return;
    mosquitto_property_add_string(&properties, identifier, std::string(text).c_str());
  };
  if (message.payload_is_utf8) {
    mosquitto_property_add_byte(&properties, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR,
                                *message.payload_is_utf8 ? 1 : 0);
  }
  if (message.expiry_seconds != 0) {
    mosquitto_property_add_int32(&properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
                                 message.expiry_seconds);
  }
  add_text(MQTT_PROP_CONTENT_TYPE, message.content_type);
  add_text(MQTT_PROP_RESPONSE_TOPIC, message.response_topic);
  if (!message.correlation_data.empty()) {
    mosquitto_property_add_binary(&properties, MQTT_PROP_CORRELATION_DATA,
                                  message.correlation_data.data(),
                                  static_cast<uint16_t>(message.correlation_data.size()));
  }
  for (const auto& [name, value] : message.user_properties) {
    mosquitto_property_add_string_pair(&properties, MQTT_PROP_USER_PROPERTY,
                                       std::string(name).c_str(), std::string(value).c_str());
  }
  return properties;
}

// Gives the broker a message. Not mosquitto_broker_publish_copy: what that allocates the broker
// does not count, but it does count when it frees it, and its count falls below nothing.
// `client_id` null: for whoever is subscribed. The broker takes the properties if it gives
// MOSQ_ERR_SUCCESS.
int Give(const char* client_id, const char* topic, absl::string_view payload, int qos, bool retain,
         mosquitto_property* properties) {
  void* bytes = nullptr;
  if (!payload.empty()) {
    bytes = mosquitto_malloc(payload.size());
    if (bytes == nullptr) return MOSQ_ERR_NOMEM;
    memcpy(bytes, payload.data(), payload.size());
  }
  const int refused = mosquitto_broker_publish(client_id, topic, static_cast<int>(payload.size()),
                                               bytes, qos, retain, properties);
  if (refused != MOSQ_ERR_SUCCESS) mosquitto_free(bytes);
  return refused;
}

}  // namespace

bool IsSince21() { return mosquitto_plugin_set_info != nullptr; }

void Introduce(mosquitto_plugin_id_t* identifier) {
  if (IsSince21()) mosquitto_plugin_set_info(identifier, "mosquitto_shadow", SHADOW_VERSION);
}

size_t HeadBytesOf(const mosquitto_evt_message& message) {
  constexpr size_t kPropertyBytes = 128;  // what one takes in memory, without its texts, at most
  size_t bytes = Length(message.topic) + Length(mosquitto_client_username(message.client));
  for (const mosquitto_property* one = message.properties; one != nullptr;
       one = mosquitto_property_next(one)) {
    bytes += kPropertyBytes + BytesOf(one);
  }
  return bytes;
}

// In place: which of broker and plugin frees a topic that is replaced differs between versions.
void SendNowhere(mosquitto_evt_message& message) {
  constexpr absl::string_view kNowhere = "$shadow/";
  memcpy(message.topic, kNowhere.data(), std::min(kNowhere.size(), strlen(message.topic)));
}

void Mosquitto::Publish(const std::string& topic, absl::string_view payload) {
  Give(nullptr, topic.c_str(), payload, 1, false, nullptr);
}

void Mosquitto::Publish(const proto::PublishCommand& message) {
  mosquitto_property* properties = PropertiesOf(message);
  if (Give(nullptr, std::string(message.topic).c_str(), message.payload,
           message.at_least_once ? 1 : 0, message.retain, properties) != MOSQ_ERR_SUCCESS) {
    mosquitto_property_free_all(&properties);
  }
}

void Mosquitto::PublishTo(const std::string& client_id, absl::string_view topic,
                          absl::string_view payload, bool at_least_once) {
  Give(client_id.c_str(), std::string(topic).c_str(), payload, at_least_once ? 1 : 0, false,
       nullptr);
}

void Mosquitto::Disconnect(const std::string& client_id, bool with_will) {
  cutting_ = true;
  mosquitto_kick_client_by_clientid(client_id.c_str(), with_will);
  cutting_ = false;
}

void Mosquitto::Log(LogLevel level, const std::string& line) {
  const int severity = level == LogLevel::kInfo      ? MOSQ_LOG_NOTICE
                       : level == LogLevel::kWarning ? MOSQ_LOG_WARNING
                                                     : MOSQ_LOG_ERR;
  std::string legible;  // names that clients chose stand in it
  shadow::AppendLegible(line, legible);
  mosquitto_log_printf(severity, "%s", legible.c_str());
}

int64_t Mosquitto::SteadyUs() const {
  return Now<std::chrono::microseconds, std::chrono::steady_clock>();
}

int64_t Mosquitto::EpochSeconds() const { return time(nullptr); }

int64_t Mosquitto::EpochMs() const {
  return Now<std::chrono::milliseconds, std::chrono::system_clock>();
}

}  // namespace plugin
