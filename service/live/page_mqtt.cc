// What a page hears and says over MQTT.
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/live/mqtt_words.h"
#include "service/live/page.h"

namespace service {
namespace {

constexpr absl::string_view kNoMqtt = "There is no MQTT for pages here";

}  // namespace

MqttSession* Page::Mqtt() {
  if (mqtt_ == nullptr && here_.new_mqtt) mqtt_ = here_.new_mqtt(session_->user.name, MqttTold());
  return mqtt_.get();
}

MqttSession::Told Page::MqttTold() {
  // The session is the page's own, and goes first.
  return {.message =
              [this](int64_t id, const MqttMessage& message) {
                if (!here_.sessions.May(*session_, policy::Action::kReceive, message.topic)) return;
                outbox_.Tell(id, MessageFrame(id, message));
                Poke();
              },
          .lost =
              [this](int64_t id, uint64_t messages) {
                outbox_.Lose(id, messages);
                Poke();
              },
          .failed =
              [this](int64_t id, absl::string_view why) {
                followed_.erase(id);
                Answer(ErrorFrame(id, why));
              },
          .published =
              [this](int64_t id) {
                Answer(absl::StrCat(FrameFront(id, MomentNow().at_ms), ",\"done\":true}"));
              },
          .away = [this](int64_t id, bool away) { Answer(AwayFrame(id, away)); }};
}

std::string Page::Ask(int64_t id, const FollowMqtt& asked) {
  if (!here_.sessions.May(*session_, policy::Action::kSubscribe, asked.filter)) {
    return "You may not subscribe to that";
  }
  if (!MayFollow(id)) return absl::StrCat("A page follows ", kFollowedMax, " things at most");
  MqttSession* const mqtt = Mqtt();
  if (mqtt == nullptr) return std::string(kNoMqtt);
  Put(std::make_unique<PlainFollowing>(id, PlainFollowing::What::kMqtt));
  mqtt->Subscribe(id, asked.filter, asked.qos);
  return "";
}

std::string Page::Ask(int64_t id, const MqttPublish& publish) {
  const auto action = publish.retain ? policy::Action::kRetainPublish : policy::Action::kPublish;
  if (!here_.sessions.May(*session_, policy::Action::kPublish, publish.topic) ||
      !here_.sessions.May(*session_, action, publish.topic)) {
    return "You may not publish that";
  }
  MqttSession* const mqtt = Mqtt();
  if (mqtt == nullptr) return std::string(kNoMqtt);
  mqtt->Publish(id, publish);
  return "";
}

}  // namespace service
