#include "service/devices/post_office.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/command.h"
#include "storage/post.h"

namespace service {

absl::StatusOr<std::unique_ptr<PostOffice>> PostOffice::Load(const storage::Store& store,
                                                             Commands& commands,
                                                             std::function<int64_t()> now,
                                                             Log& log) {
  std::unique_ptr<PostOffice> office(new PostOffice(commands, std::move(now), log));
  const absl::Status scanned =
      store.Scan(storage::kPostPrefix, "", [&](absl::string_view key, absl::string_view value) {
        const auto number = storage::ParsePostKey(key);
        if (!number) return true;
        office->waiting_.push_back({*number, std::string(value)});
        office->next_number_ = *number + 1;
        return true;
      });
  if (!scanned.ok()) return scanned;
  return office;
}

void PostOffice::Take(absl::Span<const desk::Message> messages, storage::Draft& draft) {
  for (const desk::Message& message : messages) {
    Waiting waiting{next_number_++, storage::EncodePost({.topic = message.topic,
                                                         .payload = message.payload,
                                                         .content_type = message.content_type,
                                                         .expires = message.expires})};
    draft.Put(storage::PostKey(waiting.number), waiting.post);
    staged_.push_back(std::move(waiting));
  }
}

void PostOffice::Clear(storage::Draft& draft) {
  for (const uint64_t number : confirmed_) draft.Erase(storage::PostKey(number));
  clearing_ = std::exchange(confirmed_, {});
}

void PostOffice::Committed() {
  clearing_.clear();
  std::move(staged_.begin(), staged_.end(), std::back_inserter(waiting_));
  staged_.clear();
}

void PostOffice::Failed() {
  std::move(clearing_.begin(), clearing_.end(), std::back_inserter(confirmed_));
  clearing_.clear();
  staged_.clear();
}

void PostOffice::Send(bool link_up) {
  if (!link_up || (was_lost_ && under_way_ > 0)) return;
  was_lost_ = false;
  while (!waiting_.empty() && under_way_ < kUnderWayMax) {
    Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    Hand(std::move(first));
  }
}

void PostOffice::Hand(Waiting waiting) {
  const auto post = storage::DecodePost(waiting.post);
  if (!post.ok()) {
    log_.Error("post_unreadable", {{"post", waiting.number}, {"cause", post.status().message()}});
    return;  // it stays in the store, where it can be looked at
  }
  const int64_t now = now_();
  if (post->expires != 0 && post->expires <= now) {
    confirmed_.push_back(waiting.number);
    return;
  }
  ++under_way_;
  const auto seconds =
      post->expires == 0
          ? 0
          : static_cast<uint32_t>(std::min<int64_t>(post->expires - now, UINT32_MAX));
  const proto::PublishCommand publish = {.topic = post->topic,
                                         .at_least_once = true,
                                         .payload = post->payload,
                                         .content_type = post->content_type,
                                         .expiry_seconds = seconds,
                                         .is_own = true};
  const auto kept = std::make_shared<Waiting>(std::move(waiting));
  commands_.Put(publish, [this, kept](const proto::CommandReply* reply) {
    --under_way_;
    if (reply != nullptr) {
      if (reply->result != proto::CommandResult::kDone) {
        log_.Error("post_refused", {{"post", kept->number}});
      }
      confirmed_.push_back(kept->number);
      return;
    }
    // Goes again when the link is up, in its place.
    was_lost_ = true;
    const auto place =
        std::lower_bound(waiting_.begin(), waiting_.end(), kept->number,
                         [](const Waiting& one, uint64_t number) { return one.number < number; });
    waiting_.insert(place, std::move(*kept));
  });
}

}  // namespace service
