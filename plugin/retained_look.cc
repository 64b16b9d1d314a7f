#include "plugin/retained_look.h"

#include <utility>

namespace plugin {

void RetainedLook::Begin(uint64_t id, const proto::RetainedCommand& what) {
  look_ = Look{.id = id,
               .topic = std::string(what.topic),
               .after = std::string(what.after),
               .most = what.most};
}

bool RetainedLook::Subscribed(absl::string_view filter) {
  if (!look_ || filter != (look_->topic.empty() ? "#" : look_->topic)) return false;
  look_->subscribed = true;
  return true;
}

void RetainedLook::Saw(absl::string_view topic, absl::string_view payload, int qos, bool retain) {
  if (!look_ || !look_->subscribed || !retain || topic.size() > kTopicBytesMax) return;
  const bool is_list = look_->topic.empty();
  if (is_list ? topic <= look_->after : topic != look_->topic) return;
  if (payload.empty()) {
    look_->found.erase(std::string(topic));
    return;
  }
  auto& found = look_->found;
  if (found.size() == look_->most && topic > found.rbegin()->first) return;
  const bool told = !is_list && payload.size() <= proto::kRetainedPayloadBytesMax;
  found.insert_or_assign(std::string(topic),
                         Message{.qos = static_cast<uint8_t>(qos),
                                 .payload_bytes = static_cast<uint32_t>(payload.size()),
                                 .payload = std::string(told ? payload : "")});
  if (found.size() > look_->most) found.erase(std::prev(found.end()));
}

std::optional<std::string> RetainedLook::TakeReply() {
  if (!look_ || !look_->subscribed) return std::nullopt;
  const Look look = *std::exchange(look_, std::nullopt);
  proto::CommandReply reply{.id = look.id};
  for (const auto& [topic, message] : look.found) {
    reply.retained.push_back({.topic = topic,
                              .qos = message.qos,
                              .payload_bytes = message.payload_bytes,
                              .payload = message.payload});
  }
  return proto::EncodeCommandReply(reply);
}

}  // namespace plugin
