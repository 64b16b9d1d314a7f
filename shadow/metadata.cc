#include "shadow/metadata.h"

#include <charconv>
#include <cstring>

#include "shadow/print_tree.h"
#include "shadow/short_text.h"

namespace shadow {
namespace {

// Most leaves next to each other were written at the same time, so the text for it is kept.
class TimeLeaf {
 public:
  size_t Bytes(const Value& value) {
    Word(value.timestamp());
    return size_;
  }

  char* Write(const Value& value, char* at) {
    Word(value.timestamp());
    std::memcpy(at, text_, size_);
    return at + size_;
  }

 private:
  static constexpr absl::string_view kFront = R"({"timestamp":)";

  void Word(int64_t timestamp) {
    if (size_ > 0 && timestamp_ == timestamp) return;
    timestamp_ = timestamp;
    char* at = CopyText(kFront, text_);
    at = std::to_chars(at, text_ + sizeof text_ - 1, timestamp).ptr;
    *at++ = '}';
    size_ = static_cast<size_t>(at - text_);
  }

  int64_t timestamp_ = 0;  // whose text is in text_
  size_t size_ = 0;
  char text_[48];  // front, at most 20 characters of time, bracket
};

}  // namespace

void PrintMetadata(const Value& value, std::string& out) {
  TimeLeaf leaf;
  const Facts* const facts = value.facts();
  if (facts == nullptr || facts->leaves == 0) return PrintTree(value, leaf, out);
  const size_t each = leaf.Bytes(Value(Kind::kNull, {}, facts->timestamp));
  const size_t bytes = facts->printed_bytes - facts->leaf_bytes + facts->leaves * each;
  PrintTree(value, leaf, bytes, out);
}

}  // namespace shadow
