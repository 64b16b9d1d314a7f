#include "plugin/audience.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

}  // namespace

Audience::Trials* Audience::Find(const shadow::ShadowId& id, bool add) {
  key_.assign(id.thing.data(), id.thing.size());
  absl::StrAppend(&key_, "/", id.name);
  const auto found = shadows_.find(key_);
  if (found != shadows_.end()) return &found->second;
  if (!add) return nullptr;
  if (shadows_.size() >= shadows_max_) shadows_.clear();
  return &shadows_[key_];
}

void Audience::Published(const shadow::ShadowId& id, AnswerTopic topic) {
  const auto place = PlaceOf(topic);
  if (!place) return;
  Trial& trial = (*Find(id, true))[*place];
  // While it is known to be heard there is nothing to learn from one message more.
  if (trial.heard && trial.generation == generations_[*place]) return;
  trial = {.generation = generations_[*place], .tick = tick_, .heard = false};
}

void Audience::Asked(const shadow::ShadowId& id, AnswerTopic topic) {
  const auto place = PlaceOf(topic);
  if (!place) return;
  if (Trials* trials = Find(id, false)) (*trials)[*place].heard = true;
}

void Audience::Subscribed(absl::string_view filter) {
  filter = WithoutShare(filter);
  if (!absl::StartsWith(filter, "$aws/")) return;
  const bool wildcard = absl::EndsWith(filter, "#") || absl::EndsWith(filter, "+");
  if (wildcard || absl::EndsWith(filter, "/accepted")) ++generations_[0];
  if (wildcard || absl::EndsWith(filter, "/documents")) ++generations_[1];
  if (wildcard || absl::EndsWith(filter, "/delta")) ++generations_[2];
}

proto::Unheard Audience::UnheardOf(const shadow::ShadowId& id) {
  const Trials* trials = Find(id, false);
  if (trials == nullptr) return {};
  const auto unheard = [&](size_t place) {
    const Trial& trial = (*trials)[place];
    return !trial.heard && trial.generation == generations_[place] && trial.tick < tick_;
  };
  return {.accepted = unheard(0), .documents = unheard(1), .delta = unheard(2)};
}

}  // namespace plugin
