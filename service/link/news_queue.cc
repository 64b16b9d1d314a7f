#include "service/link/news_queue.h"

namespace service {

bool NewsQueue::Put(uint64_t number, News news) {
  if (overflowed_) {
    ++dropped_;
    return true;
  }
  bytes_ += news->size();
  items_.push_back({number, std::move(news)});
  if (bytes_ <= kBytesMax) return true;
  DropAll();
  overflowed_ = true;
  return false;
}

void NewsQueue::Begin(uint64_t epoch, uint64_t number) {
  if (epoch_ != 0 && epoch != epoch_) DropAll();
  epoch_ = epoch;
  overflowed_ = false;
  sent_ = 0;
  Taken(number);
}

void NewsQueue::Taken(uint64_t number) {
  while (!items_.empty() && items_.front().number <= number) {
    bytes_ -= items_.front().news->size();
    items_.pop_front();
    if (sent_ > 0) --sent_;
  }
}

NewsQueue::News NewsQueue::Next() {
  return sent_ == items_.size() ? nullptr : items_[sent_++].news;
}

void NewsQueue::DropAll() {
  dropped_ += items_.size();
  items_.clear();
  bytes_ = sent_ = 0;
}

}  // namespace service
