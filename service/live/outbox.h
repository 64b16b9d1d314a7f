// What waits to be sent to one page, within a bound: beyond it the oldest of what the page follows
// is dropped, and the page is told how many frames it has missed. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace service {

class PageOutbox {
 public:
  explicit PageOutbox(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Of what is followed as `id`. `count`: of things that it tells of, for `lost`.
  void Tell(int64_t id, std::string frame, uint64_t count = 1);
  // So many things that are not told.
  void Lose(int64_t id, uint64_t count);
  // An answer, which is not dropped. False: there are more than the bound, of a page that asks and
  // does not listen.
  bool Answer(std::string frame);
  // Nothing of it is sent any more.
  void Forget(int64_t id);

  // The next frame, once; nothing: none waits. What was lost is told before what came later.
  std::optional<std::string> Take();

  size_t bytes() const { return bytes_; }
  uint64_t lost() const { return lost_total_; }  // in all

 private:
  struct Frame {
    int64_t id = 0;  // 0: an answer
    std::string text;
    uint64_t count = 0;
  };

  // Of its frame and what holds it.
  static size_t BytesOf(const Frame& frame) { return frame.text.size() + sizeof(Frame); }
  bool DropOldest();

  const size_t bytes_max_;
  std::deque<Frame> frames_;
  size_t bytes_ = 0;
  std::map<int64_t, uint64_t> lost_;  // not told yet, by what was followed
  uint64_t lost_total_ = 0;
};

}  // namespace service
