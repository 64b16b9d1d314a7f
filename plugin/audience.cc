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

// By their places.
constexpr std::array kUnheardByPlace = {&proto::Unheard::accepted, &proto::Unheard::documents,
                                        &proto::Unheard::delta};

constexpr size_t kHearingsMax = 2'000;  // of an envelope
constexpr int64_t kTellAgainUs = 10'000'000;

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
  if (shadows_ == shadows_max_) Forget();
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
  Trial& trial = (*known.trials)[place];
  trial = {.subscriptions = known.subscriptions[place],
           .tick = tick_,
           .heard = false,
           .told = trial.told,
           .told_us = trial.told_us};
}

void Audience::Forget() {
  EndOfAll({true, true, true});
  things_.clear();
  shadows_ = 0;
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
  const Known known = Find(id);
  if (known.trials == nullptr) return;
  Trial& trial = (*known.trials)[*place];
  trial.heard = true;
  if (!WasTold(trial, *place)) return;
  std::array<bool, kTopics> topics{};
  topics[*place] = true;
  EndOf(id.thing, things_.find(id.thing)->second, topics);
}

void Audience::Subscribed(absl::string_view filter) {
  filter = WithoutShare(filter);
  if (!absl::StartsWith(filter, "$aws/")) return;
  const bool wildcard = absl::EndsWith(filter, "#") || absl::EndsWith(filter, "+");
  const std::array topics = {wildcard || absl::EndsWith(filter, "/accepted"),
                             wildcard || absl::EndsWith(filter, "/documents"),
                             wildcard || absl::EndsWith(filter, "/delta")};
  Subscriptions* subscriptions = &subscriptions_;
  if (const absl::string_view name = ThingOf(filter); !name.empty()) {
    const auto thing = things_.find(name);
    if (thing == things_.end()) return;
    subscriptions = &thing->second.subscriptions;
    EndOf(name, thing->second, topics);
  } else {
    EndOfAll(topics);
  }
  for (size_t place = 0; place < kTopics; ++place) (*subscriptions)[place] += topics[place] ? 1 : 0;
}

void Audience::EndOf(absl::string_view name, Thing& thing,
                     const std::array<bool, kTopics>& topics) {
  if (!tells_) return;
  proto::Unheard over;
  for (auto& [shadow, trials] : thing.shadows) {
    for (size_t place = 0; place < kTopics; ++place) {
      if (!topics[place] || !WasTold(trials[place], place)) continue;
      trials[place].told = 0;
      over.*kUnheardByPlace[place] = true;
    }
  }
  if (over == proto::Unheard()) return;
  untold_.push_back({.thing = std::string(name), .name = {}, .unheard = over, .is_over = true});
}

void Audience::EndOfAll(const std::array<bool, kTopics>& topics) {
  if (!tells_) return;
  proto::Unheard over;
  for (size_t place = 0; place < kTopics; ++place) {
    if (!topics[place] || !has_told_[place]) continue;
    has_told_[place] = false;
    ++telling_[place];
    over.*kUnheardByPlace[place] = true;
  }
  if (over == proto::Unheard()) return;
  untold_.push_back({.thing = {}, .name = {}, .unheard = over, .is_over = true});
}

void Audience::BeginTelling() {
  tells_ = true;
  for (uint64_t& telling : telling_) ++telling;
  has_told_ = {};
  untold_.clear();
}

void Audience::EndTelling() {
  tells_ = false;
  untold_.clear();
}

proto::Unheard Audience::TellUnheardOf(const shadow::ShadowId& id, int64_t now_us) {
  const proto::Unheard unheard = UnheardOf(id);
  if (!tells_ || unheard == proto::Unheard()) return unheard;
  Trials& trials = *Find(id).trials;
  proto::Unheard fresh;
  for (size_t place = 0; place < kTopics; ++place) {
    if (!(unheard.*kUnheardByPlace[place])) continue;
    if (WasTold(trials[place], place) && now_us - trials[place].told_us < kTellAgainUs) continue;
    trials[place].told = telling_[place];
    trials[place].told_us = now_us;
    has_told_[place] = true;
    fresh.*kUnheardByPlace[place] = true;
  }
  if (fresh != proto::Unheard()) {
    untold_.push_back({.thing = std::string(id.thing),
                       .name = std::string(id.name),
                       .unheard = fresh,
                       .is_over = false});
  }
  return unheard;
}

std::vector<std::string> Audience::TakeHearings(uint64_t epoch) {
  std::vector<std::string> envelopes;
  std::vector<proto::Hearing> hearings;
  for (size_t i = 0; i < untold_.size(); ++i) {
    const Untold& one = untold_[i];
    hearings.push_back(
        {.id = {one.thing, one.name}, .unheard = one.unheard, .is_over = one.is_over});
    if (hearings.size() < kHearingsMax && i + 1 < untold_.size()) continue;
    envelopes.push_back(proto::EncodeHearings(epoch, hearings));
    hearings.clear();
  }
  untold_.clear();
  return envelopes;
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
