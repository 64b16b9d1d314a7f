// News on their way to one plugin (docs/link-format.md, news): what it has not said it has is kept,
// and is sent again when its link was lost.
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

  // `number` is larger than all before. False: it is too much by now. Then nothing of it is kept,
  // and nothing more, until Begin.
  bool Put(uint64_t number, News news);

  // A session has begun, with a plugin of `epoch`, which has what came up to `number`. Another
  // plugin than before has no use for what was kept: its clients' sessions have ended with the
  // broker.
  void Begin(uint64_t epoch, uint64_t number);

  // The plugin has what came up to `number`.
  void Taken(uint64_t number);

  // The oldest that was not given since Begin; null: none.
  News Next();

  size_t bytes() const { return bytes_; }  // kept
  // Envelopes that were dropped, since this was asked last.
  uint64_t TakeDropped() { return std::exchange(dropped_, 0); }

 private:
  struct Item {
    uint64_t number;
    News news;
  };

  void DropAll();

  uint64_t epoch_ = 0;  // 0: no plugin has said it yet
  std::deque<Item> items_;
  size_t sent_ = 0;  // of items_, from the front
  size_t bytes_ = 0;
  bool overflowed_ = false;
  uint64_t dropped_ = 0;
};

}  // namespace service
