// What nobody would hear. Most devices subscribe to one or two of the three messages that an update
// causes; for the others the service need not word megabytes a second that the broker then drops.
//
// Mosquitto does not tell a plugin who is subscribed, but it asks before each delivery, to a client
// that is away as well. So: a message that was published and asked for by nobody was heard by
// nobody, and the next of its kind for that shadow will not be either, unless somebody has
// subscribed since. Bridges are never asked for: with a bridge that forwards answers this must not
// be used.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "proto/envelope.h"
#include "proto/topic.h"
#include "shadow/id.h"

namespace plugin {

class Audience {
 public:
  // At most so many shadows are remembered; then all is forgotten and learnt again.
  explicit Audience(size_t shadows_max = 100'000) : shadows_max_(shadows_max) {}

  // The broker was given this message to publish; it asks for its deliveries before the next Tick
  // but one.
  void Published(const shadow::ShadowId& id, proto::AnswerTopic topic);

  // The broker asks whether somebody may be handed a message on this topic.
  void Asked(const shadow::ShadowId& id, proto::AnswerTopic topic);

  // Somebody subscribes.
  void Subscribed(absl::string_view filter);

  void Tick() { ++tick_; }

  // The messages of an update of this shadow that nobody would hear.
  proto::Unheard UnheardOf(const shadow::ShadowId& id);

 private:
  // Of one shadow's topic.
  struct Trial {
    uint32_t generation = 0;  // of the subscriptions, when it was published last
    uint64_t tick = 0;
    bool heard = true;
  };
  static constexpr size_t kTopics = 3;  // accepted, documents, delta
  using Trials = std::array<Trial, kTopics>;

  Trials* Find(const shadow::ShadowId& id, bool add);

  const size_t shadows_max_;
  absl::flat_hash_map<std::string, Trials> shadows_;
  std::array<uint32_t, kTopics> generations_ = {1, 1, 1};
  uint64_t tick_ = 0;
  std::string key_;  // scratch
};

}  // namespace plugin
