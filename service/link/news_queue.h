// What is on its way to one of several plugins, its own answers and the news of the others
// (docs/link-format.md), in their order: what it has not said it has is kept, and is sent again
// when its link was lost. An answer that comes twice has no effect there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace service {

class NewsQueue {
 public:
  static constexpr size_t kBytesMax = 16u << 20;

  using News = std::shared_ptr<const std::string>;

  struct Item {
    bool is_answer;
    uint64_t number;  // or the last sequence
    News news;
  };

  // `number` is that of the news, larger than all before. False: it is too much by now. Then
  // nothing of it is kept, and nothing more, until Begin.
  bool Put(uint64_t number, News news);

  // The same for an answer to requests; `last`: the highest sequence of them.
  bool PutAnswer(uint64_t last, News answer);

  // A session has begun, with a plugin of `epoch`, which has what came up to `number`. Another
  // plugin than before has no use for what was kept: its clients' sessions have ended with the
  // broker.
  void Begin(uint64_t epoch, uint64_t number);

  // The plugin has the news up to `number`, and what stood before them.
  void Taken(uint64_t number);
  // It has an answer to each request below `sequence`.
  void AnsweredBelow(uint64_t sequence);

  // The oldest that was not given since Begin; null: none. Holds until the next call.
  const Item* Next();

  size_t bytes() const { return bytes_; }            // kept
  size_t news_bytes() const { return news_bytes_; }  // of them without answers
  // Envelopes that were dropped, since this was asked last.
  uint64_t TakeDropped() { return std::exchange(dropped_, 0); }

 private:
  bool Put(Item item);
  void DropFront();
  void DropAll();

  uint64_t epoch_ = 0;  // 0: no plugin has said it yet
  std::deque<Item> items_;
  size_t sent_ = 0;  // of items_, from the front
  size_t bytes_ = 0;
  size_t news_bytes_ = 0;
  bool overflowed_ = false;
  uint64_t dropped_ = 0;
};

}  // namespace service
