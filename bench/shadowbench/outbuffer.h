// Bytes on their way out: of fixed size, filled at the end and taken from the front.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>

#include "absl/strings/string_view.h"

namespace bench {

class OutBuffer {
 public:
  explicit OutBuffer(size_t capacity) : bytes_(new char[capacity]), capacity_(capacity) {}

  // Room for `size` bytes, which count as filled; null if there is not as much.
  char* Extend(size_t size) {
    if (capacity_ - end_ < size) Compact();
    if (capacity_ - end_ < size) return nullptr;
    char* room = bytes_.get() + end_;
    end_ += size;
    return room;
  }

  bool Append(absl::string_view bytes) {
    char* room = Extend(bytes.size());
    if (room != nullptr) std::memcpy(room, bytes.data(), bytes.size());
    return room != nullptr;
  }

  absl::string_view waiting() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  void Drop(size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }

 private:
  void Compact() {
    std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  std::unique_ptr<char[]> bytes_;
  size_t capacity_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace bench
