#include "service/link/news_queue.h"

#include <algorithm>

namespace service {

bool NewsQueue::Put(uint64_t number, News news) {
  return Put({.is_answer = false, .number = number, .news = std::move(news)});
}

bool NewsQueue::PutAnswer(uint64_t last, News answer) {
  return Put({.is_answer = true, .number = last, .news = std::move(answer)});
}

bool NewsQueue::Put(Item item) {
  if (overflowed_) {
    ++dropped_;
    return true;
  }
  bytes_ += item.news->size();
  if (!item.is_answer) news_bytes_ += item.news->size();
  items_.push_back(std::move(item));
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
  const auto is_taken = [number](const Item& item) {
    return !item.is_answer && item.number <= number;
  };
  const auto last = std::find_if(items_.rbegin(), items_.rend(), is_taken);
  for (auto left = items_.rend() - last; left > 0; --left) DropFront();
}

void NewsQueue::AnsweredBelow(uint64_t sequence) {
  while (!items_.empty() && items_.front().is_answer && items_.front().number < sequence) {
    DropFront();
  }
}

void NewsQueue::DropFront() {
  const Item& front = items_.front();
  bytes_ -= front.news->size();
  if (!front.is_answer) news_bytes_ -= front.news->size();
  items_.pop_front();
  if (sent_ > 0) --sent_;
}

const NewsQueue::Item* NewsQueue::Next() {
  return sent_ == items_.size() ? nullptr : &items_[sent_++];
}

void NewsQueue::DropAll() {
  dropped_ += items_.size();
  items_.clear();
  bytes_ = news_bytes_ = sent_ = 0;
}

}  // namespace service
