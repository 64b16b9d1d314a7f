#include "plugin/others/others.h"

#include <algorithm>

#include "proto/text.h"

namespace plugin {
namespace {

constexpr size_t kEventsBytesMax = 512 * 1024;  // of an envelope, and one event more

}  // namespace

void Others::Greet(const proto::Hello& hello) {
  are_there_ = hello.has_others;
  if (first_life_ == 0) first_life_ = hello.life;
  if (hello.life != taken_.life) taken_ = {.life = hello.life};
  confirmed_ = !are_there_;
  events_.clear();
}

void Others::ServiceIsGone() {
  are_there_ = false;
  events_.clear();
}

bool Others::Take(const proto::News& news,
                  absl::FunctionRef<void(const proto::NewsItem&)> publish) {
  if (news.life != taken_.life) return false;
  if (news.number <= taken_.number) {
    repeated_ += news.items.size();
    return true;
  }
  taken_.number = news.number;
  confirmed_ = !are_there_;
  Origin* const origin = news.origin == 0 ? nullptr : &Heard(news.origin);
  // A replayed request was applied in this life, and was news then; or before it, when this plugin
  // had no session yet if this life is the first that it knows.
  const bool knows_replayed = news.life == first_life_;
  for (const proto::NewsItem& item : news.items) {
    if ((item.replayed && knows_replayed) ||
        (item.sequence != 0 && item.sequence <= origin->highest)) {
      ++repeated_;
      continue;
    }
    if (item.sequence != 0) origin->highest = item.sequence;
    publish(item);
  }
  return true;
}

Others::Origin& Others::Heard(uint64_t epoch) {
  const auto known = std::find_if(origins_.begin(), origins_.end(),
                                  [&](const Origin& origin) { return origin.epoch == epoch; });
  Origin origin{.epoch = epoch, .highest = 0};
  if (known != origins_.end()) {
    origin = *known;
    origins_.erase(known);
  } else if (origins_.size() == kOriginsMax) {
    origins_.pop_back();
  }
  origins_.push_front(origin);
  return origins_.front();
}

void Others::Published(absl::string_view topic, absl::string_view payload) {
  // One that the service refused would take the others of its envelope with it.
  if (are_there_ && proto::IsTopicName(topic)) events_.emplace_back(topic, payload);
}

std::optional<proto::Taken> Others::TakeConfirmation() {
  if (std::exchange(confirmed_, true)) return std::nullopt;
  return taken_;
}

std::vector<std::string> Others::TakeEvents(uint64_t epoch) {
  std::vector<std::string> envelopes;
  std::vector<proto::PublishedEvent> some;
  size_t bytes = 0;
  const auto end = [&] {
    if (!some.empty()) envelopes.push_back(proto::EncodeEvents(epoch, some));
    some.clear();
    bytes = 0;
  };
  for (const auto& [topic, payload] : events_) {
    some.push_back({.topic = topic, .payload = payload});
    bytes += topic.size() + payload.size();
    if (bytes > kEventsBytesMax) end();
  }
  end();
  events_.clear();
  return envelopes;
}

}  // namespace plugin
