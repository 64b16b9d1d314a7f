// What one page hears and says over MQTT: an MQTT session of its own with the broker
// (docs/console-api.md). The page words its frames; who makes the session connects, bounds and
// counts.
//
// Thread rule: the HTTP server's thread, for what is called and for what is told.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace service {

struct MqttMessage {
  int64_t at = 0;  // ms since 1970: when it came
  std::string topic;
  int qos = 0;
  bool retain = false;
  size_t size = 0;      // of the payload, as it came
  std::string payload;  // its first kMqttPayloadBytesMax
  // MQTT 5; empty: not there.
  std::string content_type{};
  std::string response_topic{};
  std::vector<std::pair<std::string, std::string>> user_properties{};
};

struct MqttPublish {
  std::string topic;
  std::string payload;
  int qos = 0;
  bool retain = false;
};

inline constexpr size_t kMqttPayloadBytesMax = 64 * 1024;
inline constexpr size_t kMqttFiltersMax = 20;                // of one page
inline constexpr int kMqttMessagesPerSecondMax = 500;        // to one page
inline constexpr size_t kMqttBytesPerSecondMax = 2'000'000;  // of their payloads
inline constexpr int kMqttPublishesPerSecondMax = 20;        // of one page

class MqttSession {
 public:
  // `id` is what the page gave. Never called from within a call of the session, nor once it is
  // destroyed.
  struct Told {
    std::function<void(int64_t id, const MqttMessage& message)> message;
    // So many were left out here since it was last said: beyond the bounds.
    std::function<void(int64_t id, uint64_t messages)> lost;
    // A subscription or publish was refused, or a subscription is over: nothing more comes of it.
    std::function<void(int64_t id, absl::string_view why)> failed;
    std::function<void(int64_t id)> published;  // the broker has it
    // The broker is away, or back: what is subscribed stays, and goes on by itself.
    std::function<void(int64_t id, bool away)> away;
  };

  // Disconnects.
  virtual ~MqttSession() = default;

  // With an id that is subscribed already: in its place. A message that several filters match is
  // told to each. Connects with the first.
  virtual void Subscribe(int64_t id, const std::string& filter, int qos) = 0;
  virtual void Unsubscribe(int64_t id) = 0;  // no harm if it is none
  virtual void Publish(int64_t id, MqttPublish publish) = 0;
};

// A session that is not connected yet, for a page of this user's.
using NewMqttSession =
    std::function<std::unique_ptr<MqttSession>(absl::string_view user, MqttSession::Told told)>;

}  // namespace service
