#include "service/live/broker_client.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <stdlib.h>

#include <random>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "proto/envelope.h"
#include "service/live/broker_words.h"

namespace service {
namespace {

constexpr int kPageKeepAliveSeconds = 60;
constexpr int kPacketsOfATurn = 256;

std::string NewPageClientId() {
  std::random_device device;
  return absl::StrCat(proto::kConsoleClientIdPrefix, absl::Hex(device(), absl::kZeroPad8),
                      absl::Hex(device(), absl::kZeroPad8));
}

std::string TakeText(char* text) {
  std::string taken = text == nullptr ? "" : text;
  free(text);
  return taken;
}

void AddProperties(const mosquitto_property* property, MqttMessage& message) {
  for (; property != nullptr; property = mosquitto_property_next(property)) {
    const int identifier = mosquitto_property_identifier(property);
    char *name = nullptr, *value = nullptr;
    switch (identifier) {
      case MQTT_PROP_CONTENT_TYPE:
        mosquitto_property_read_string(property, identifier, &value, false);
        message.content_type = TakeText(value);
        break;
      case MQTT_PROP_RESPONSE_TOPIC:
        mosquitto_property_read_string(property, identifier, &value, false);
        message.response_topic = TakeText(value);
        break;
      case MQTT_PROP_USER_PROPERTY:
        mosquitto_property_read_string_pair(property, identifier, &name, &value, false);
        message.user_properties.emplace_back(TakeText(name), TakeText(value));
        break;
      default:
        break;
    }
  }
}

absl::string_view PayloadOf(const mosquitto_message& message) {
  return {static_cast<const char*>(message.payload), static_cast<size_t>(message.payloadlen)};
}

MqttMessage CopyOf(const mosquitto_message& arrived, const mosquitto_property* properties) {
  const absl::string_view payload = PayloadOf(arrived);
  MqttMessage message{.at = absl::ToUnixMillis(absl::Now()),
                      .topic = arrived.topic,
                      .qos = arrived.qos,
                      .retain = arrived.retain,
                      .size = payload.size(),
                      .payload = std::string(payload.substr(0, kMqttPayloadBytesMax))};
  AddProperties(properties, message);
  return message;
}

absl::InlinedVector<uint32_t, 2> SubscriptionsOf(const mosquitto_property* property) {
  absl::InlinedVector<uint32_t, 2> numbers;
  for (; property != nullptr; property = mosquitto_property_next(property)) {
    if (mosquitto_property_identifier(property) != MQTT_PROP_SUBSCRIPTION_IDENTIFIER) continue;
    uint32_t number = 0;
    mosquitto_property_read_varint(property, MQTT_PROP_SUBSCRIPTION_IDENTIFIER, &number, false);
    numbers.push_back(number);
  }
  return numbers;
}

// What libmosquitto says to a packet that it does not send.
std::string WhyNotSent(int error) {
  switch (error) {
    case MOSQ_ERR_OVERSIZE_PACKET:
    case MOSQ_ERR_PAYLOAD_SIZE:
      return MqttReason(0x95);
    case MOSQ_ERR_RETAIN_NOT_SUPPORTED:
      return MqttReason(0x9A);
    case MOSQ_ERR_QOS_NOT_SUPPORTED:
      return MqttReason(0x9B);
    case MOSQ_ERR_NO_CONN:
    case MOSQ_ERR_CONN_LOST:
      return std::string(kBrokerAway);
    default:
      return absl::StrCat("It cannot be sent: ", mosquitto_strerror(error));
  }
}

}  // namespace

BrokerClient::Library::Library() { mosquitto_lib_init(); }
BrokerClient::Library::~Library() { mosquitto_lib_cleanup(); }

void BrokerClient::Free::operator()(mosquitto* client) const { mosquitto_destroy(client); }

BrokerClient::BrokerClient(const LinkSettings& settings, absl::string_view user, Listener& listener)
    : settings_(settings),
      listener_(listener),
      client_(mosquitto_new(NewPageClientId().c_str(), /*clean_session=*/true, &listener)) {
  mosquitto_int_option(client_.get(), MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
  mosquitto_int_option(client_.get(), MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_username_pw_set(client_.get(), absl::StrCat(proto::kConsoleUserPrefix, user).c_str(),
                            settings.secret.c_str());
  mosquitto_connect_v5_callback_set(
      client_.get(), [](mosquitto*, void* to, int reason, int, const mosquitto_property*) {
        static_cast<Listener*>(to)->OnConnected(reason);
      });
  mosquitto_subscribe_v5_callback_set(
      client_.get(), [](mosquitto*, void* to, int packet, int count, const int* reasons,
                        const mosquitto_property*) {
        if (count > 0) static_cast<Listener*>(to)->OnSubscribed(packet, reasons[0]);
      });
  mosquitto_publish_v5_callback_set(
      client_.get(), [](mosquitto*, void* to, int packet, int reason, const mosquitto_property*) {
        static_cast<Listener*>(to)->OnPublished(packet, reason);
      });
  mosquitto_message_v5_callback_set(
      client_.get(), [](mosquitto*, void* to, const mosquitto_message* message,
                        const mosquitto_property* properties) {
        static_cast<Listener*>(to)->OnMessage(SubscriptionsOf(properties), message->topic,
                                              PayloadOf(*message).size(),
                                              [=] { return CopyOf(*message, properties); });
      });
}

BrokerClient::~BrokerClient() = default;

bool BrokerClient::Connect() {
  mosquitto_property* properties = nullptr;
  const absl::Cleanup free_them = [&] { mosquitto_property_free_all(&properties); };
  mosquitto_property_add_int32(&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, kPacketBytesMax);
  return mosquitto_connect_bind_v5(client_.get(), settings_.host.c_str(), settings_.port,
                                   kPageKeepAliveSeconds, nullptr, properties) == MOSQ_ERR_SUCCESS;
}

int BrokerClient::socket() const { return mosquitto_socket(client_.get()); }

bool BrokerClient::wants_write() const { return mosquitto_want_write(client_.get()); }

bool BrokerClient::Read() {
  pollfd readable = {.fd = socket(), .events = POLLIN, .revents = 0};
  for (int i = 0; i < kPacketsOfATurn; ++i) {
    if (mosquitto_loop_read(client_.get(), 1) != MOSQ_ERR_SUCCESS) return false;
    if (poll(&readable, 1, 0) <= 0) break;
  }
  return true;
}

bool BrokerClient::Write() { return mosquitto_loop_write(client_.get(), 1) == MOSQ_ERR_SUCCESS; }

bool BrokerClient::KeepUp() { return mosquitto_loop_misc(client_.get()) == MOSQ_ERR_SUCCESS; }

std::optional<int> BrokerClient::Subscribe(const std::string& filter, int qos, uint32_t number,
                                           std::string& why) {
  mosquitto_property* properties = nullptr;
  const absl::Cleanup free_them = [&] { mosquitto_property_free_all(&properties); };
  mosquitto_property_add_varint(&properties, MQTT_PROP_SUBSCRIPTION_IDENTIFIER, number);
  int packet = 0;
  const int error = mosquitto_subscribe_v5(client_.get(), &packet, filter.c_str(), qos,
                                           /*options=*/0, properties);
  if (error == MOSQ_ERR_SUCCESS) return packet;
  why = WhyNotSent(error);
  return std::nullopt;
}

std::optional<int> BrokerClient::Publish(const MqttPublish& publish, std::string& why) {
  int packet = 0;
  const int error = mosquitto_publish_v5(
      client_.get(), &packet, publish.topic.c_str(), static_cast<int>(publish.payload.size()),
      publish.payload.data(), publish.qos, publish.retain, nullptr);
  if (error == MOSQ_ERR_SUCCESS) return packet;
  why = WhyNotSent(error);
  return std::nullopt;
}

void BrokerClient::Unsubscribe(const std::string& filter) {
  mosquitto_unsubscribe(client_.get(), nullptr, filter.c_str());
}

void BrokerClient::Leave() { mosquitto_disconnect(client_.get()); }

}  // namespace service
