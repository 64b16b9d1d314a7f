#include "service/live/outbox.h"

#include <algorithm>
#include <utility>

#include "service/live/page_frame.h"

namespace service {

void PageOutbox::Lose(int64_t id, uint64_t count) {
  if (count == 0) return;
  lost_[id] += count;
  lost_total_ += count;
}

bool PageOutbox::DropOldest() {
  const auto oldest = std::find_if(frames_.begin(), frames_.end(),
                                   [](const Frame& frame) { return frame.id != 0; });
  if (oldest == frames_.end()) return false;
  Lose(oldest->id, oldest->count);
  bytes_ -= BytesOf(*oldest);
  frames_.erase(oldest);
  return true;
}

void PageOutbox::Tell(int64_t id, std::string frame, uint64_t count) {
  Frame next{.id = id, .text = std::move(frame), .count = count};
  while (bytes_ + BytesOf(next) > bytes_max_ && DropOldest()) {
  }
  if (bytes_ + BytesOf(next) > bytes_max_) return Lose(id, count);
  bytes_ += BytesOf(next);
  frames_.push_back(std::move(next));
}

bool PageOutbox::Answer(std::string frame) {
  Frame next{.text = std::move(frame)};
  while (bytes_ + BytesOf(next) > bytes_max_ && DropOldest()) {
  }
  if (bytes_ + BytesOf(next) > bytes_max_) return false;
  bytes_ += BytesOf(next);
  frames_.push_back(std::move(next));
  return true;
}

void PageOutbox::Forget(int64_t id) {
  lost_.erase(id);
  std::erase_if(frames_, [&](const Frame& frame) {
    if (frame.id != id) return false;
    bytes_ -= BytesOf(frame);
    return true;
  });
}

std::optional<std::string> PageOutbox::Take() {
  if (!lost_.empty()) {
    const auto [id, count] = *lost_.begin();
    lost_.erase(lost_.begin());
    return LostFrame(id, count);
  }
  if (frames_.empty()) return std::nullopt;
  Frame frame = std::move(frames_.front());
  bytes_ -= BytesOf(frame);
  frames_.pop_front();
  return std::move(frame.text);
}

}  // namespace service
