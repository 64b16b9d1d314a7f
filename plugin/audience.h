// What nobody would hear. Most devices subscribe to one or two of the three messages that an update
// causes; for the others the service need not word megabytes a second that the broker then drops.
//
// Mosquitto does not tell a plugin who is subscribed, but it asks before each delivery, to a client
// that is away as well. So: a message that was published and asked for by nobody was heard by
// nobody, and the next of its kind for that shadow will not be either, unless somebody has
// subscribed since to what that thing's messages may match. Bridges are never asked for: with a
// bridge that forwards answers this must not be used.
//
// A service of several brokers is told of what nobody hears here as soon as it has sent a message
// of it for nothing, and when that is over (proto/hearing.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "proto/envelope.h"
#include "proto/hearing.h"
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

  // Calls `publish`, which must not call back, for each of these messages of an update of which it
  // is not known, since the last subscription, whether it is heard. Each counts as Published.
  void Try(const shadow::ShadowId& id, std::initializer_list<proto::AnswerTopic> topics,
           absl::FunctionRef<void(proto::AnswerTopic)> publish);

  // Somebody subscribes.
  void Subscribed(absl::string_view filter);

  void Tick() { ++tick_; }

  // The messages of an update of this shadow that nobody would hear.
  proto::Unheard UnheardOf(const shadow::ShadowId& id);

  // A service of several brokers is there, which has been told nothing; and has gone.
  void BeginTelling();
  void EndTelling();
  // The same as UnheardOf, of which the service is told now if it was not before, or long ago: it
  // may have forgotten.
  proto::Unheard TellUnheardOf(const shadow::ShadowId& id, int64_t now_us);
  // What it is to be told since the last call, as envelopes.
  std::vector<std::string> TakeHearings(uint64_t epoch);

 private:
  static constexpr size_t kTopics = 3;  // accepted, documents, delta
  using Subscriptions = std::array<uint32_t, kTopics>;

  // Of one shadow's topic.
  struct Trial {
    uint32_t subscriptions = 0;  // that there had been when it was published last
    uint64_t tick = 0;
    bool heard = true;
    uint64_t told = 0;    // in which telling the service was told that it is not: see telling_
    int64_t told_us = 0;  // and when
  };
  using Trials = std::array<Trial, kTopics>;

  struct Thing {
    Subscriptions subscriptions{};  // that name it
    absl::flat_hash_map<std::string, Trials> shadows;
  };
  struct Known {
    Trials* trials = nullptr;  // null: nothing is known
    Subscriptions subscriptions{};

    // Whether it was published since the last subscription. Only if there are trials.
    bool Tried(size_t place) const {
      return (*trials)[place].subscriptions == subscriptions[place];
    }
  };

  Known Find(const shadow::ShadowId& id);
  Known FindOrAdd(const shadow::ShadowId& id);
  Known Of(const Thing& thing, Trials& trials) const;
  void BeginTrial(const Known& known, size_t place);
  bool WasTold(const Trial& trial, size_t place) const {
    return tells_ && trial.told == telling_[place];
  }
  void Forget();
  // What was told of these topics is over: of one thing, or of all.
  void EndOf(absl::string_view name, Thing& thing, const std::array<bool, kTopics>& topics);
  void EndOfAll(const std::array<bool, kTopics>& topics);

  const size_t shadows_max_;
  size_t shadows_ = 0;
  absl::flat_hash_map<std::string, Thing> things_;
  Subscriptions subscriptions_ = {1, 1, 1};  // that name no thing
  uint64_t tick_ = 0;

  bool tells_ = false;
  // Of each topic, which telling of it this is: what was told in an earlier one is void or over.
  std::array<uint64_t, kTopics> telling_ = {1, 1, 1};
  std::array<bool, kTopics> has_told_{};  // anything in this telling
  struct Untold {
    std::string thing;
    std::string name;
    proto::Unheard unheard;
    bool is_over;
  };
  std::vector<Untold> untold_;  // in this order
};

}  // namespace plugin
