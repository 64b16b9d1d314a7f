#include "plugin/audience.h"

#include <optional>

#include "absl/strings/match.h"
#include "plugin/gate.h"

namespace plugin {
namespace {

using proto::AnswerTopic;

// The place of a topic among those that can go unheard; nothing for the others.
std::optional<size_t> PlaceOf(AnswerTopic topic) {
  switch (topic) {
    case AnswerTopic::kUpdateAccepted:
      return 0;
    case AnswerTopic::kUpdateDocuments:
      return 1;
    case AnswerTopic::kUpdateDelta:
      return 2;
    default:
      return std::nullopt;
  }
}

// The thing that a filter below $aws names; empty: it may match topics of any thing.
absl::string_view ThingOf(absl::string_view filter) {
  const absl::string_view thing = proto::ThingLevel(filter);
  return thing == "+" || thing == "#" ? "" : thing;
}

}  // namespace

Audience::Known Audience::Of(const Thing& thing, Trials& trials) const {
  Known known{.trials = &trials};
  for (size_t place = 0; place < kTopics; ++place) {
    known.subscriptions[place] = subscriptions_[place] + thing.subscriptions[place];
  }
  return known;
}

Audience::Known Audience::Find(const shadow::ShadowId& id) {
  const auto thing = things_.find(id.thing);
  if (thing == things_.end()) return {};
  const auto shadow = thing->second.shadows.find(id.name);
  return shadow == thing->second.shadows.end() ? Known() : Of(thing->second, shadow->second);
}

Audience::Known Audience::FindOrAdd(const shadow::ShadowId& id) {
  const Known known = Find(id);
  if (known.trials != nullptr) return known;
  if (shadows_ == shadows_max_) {
    things_.clear();
    shadows_ = 0;
  }
  ++shadows_;
  Thing& thing = things_[id.thing];
  return Of(thing, thing.shadows[id.name]);
}

void Audience::Published(const shadow::ShadowId& id, AnswerTopic topic) {
  const auto place = PlaceOf(topic);
  if (!place) return;
  const Known known = FindOrAdd(id);
  // While it is known to be heard there is nothing to learn from one message more.
  if (known.Tried(*place) && (*known.trials)[*place].heard) return;
  BeginTrial(known, *place);
}

void Audience::BeginTrial(const Known& known, size_t place) {
  (*known.trials)[place] = {
      .subscriptions = known.subscriptions[place], .tick = tick_, .heard = false};
}

void Audience::Try(const shadow::ShadowId& id, std::initializer_list<AnswerTopic> topics,
                   absl::FunctionRef<void(AnswerTopic)> publish) {
  const Known known = FindOrAdd(id);
  for (const AnswerTopic topic : topics) {
    const auto place = PlaceOf(topic);
    if (!place || known.Tried(*place)) continue;
    BeginTrial(known, *place);
    publish(topic);
  }
}

void Audience::Asked(const shadow::ShadowId& id, AnswerTopic topic) {
  const auto place = PlaceOf(topic);
  if (!place) return;
  if (const Known known = Find(id); known.trials != nullptr) (*known.trials)[*place].heard = true;
}

void Audience::Subscribed(absl::string_view filter) {
  filter = WithoutShare(filter);
  if (!absl::StartsWith(filter, "$aws/")) return;
  Subscriptions* subscriptions = &subscriptions_;
  if (const absl::string_view name = ThingOf(filter); !name.empty()) {
    const auto thing = things_.find(name);
    if (thing == things_.end()) return;
    subscriptions = &thing->second.subscriptions;
  }
  const bool wildcard = absl::EndsWith(filter, "#") || absl::EndsWith(filter, "+");
  if (wildcard || absl::EndsWith(filter, "/accepted")) ++(*subscriptions)[0];
  if (wildcard || absl::EndsWith(filter, "/documents")) ++(*subscriptions)[1];
  if (wildcard || absl::EndsWith(filter, "/delta")) ++(*subscriptions)[2];
}

proto::Unheard Audience::UnheardOf(const shadow::ShadowId& id) {
  const Known known = Find(id);
  if (known.trials == nullptr) return {};
  const auto unheard = [&](size_t place) {
    const Trial& trial = (*known.trials)[place];
    return known.Tried(place) && !trial.heard && trial.tick < tick_;
  };
  return {.accepted = unheard(0), .documents = unheard(1), .delta = unheard(2)};
}

}  // namespace plugin
