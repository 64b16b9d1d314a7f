// The bytes of a tree (docs/storage-format.md, "A node"): what records and the patches of history
// entries are made of. A leaf's time is written as its age: what it lies before a time that both
// sides know.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "shadow/json.h"
#include "shadow/short_text.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {

// How many non-empty containers may stand inside one another in a section: what Limits::depth_max
// can be set to at most.
inline constexpr size_t kRecordDepthMax = 128;

// What a member takes at least: bounds a count by the bytes that are there before room is made for
// it. Its key's size, two quotes, an empty container.
inline constexpr size_t kMemberBytesMin = 4;

// What a node begins with. The kind is a shadow::Kind, or kMark.
struct NodeHead {
  unsigned kind = 0;
  uint64_t size = 0;
};
inline constexpr unsigned kMark = 7;  // no value, but something about one: patches have it

// Its first byte: the kind in the low three bits, the size above them. A size that does not fit is
// kLongSize there, and a varint of what it is beyond kLongSize follows.
inline constexpr int kKindBits = 3;
inline constexpr uint64_t kLongSize = 31;

// Measures a tree, then writes it by pointer: growing a string piece by piece costs more than
// walking twice. Each Write gives the place behind what it wrote.
class NodeWriter {
 public:
  explicit NodeWriter(int64_t base_time) : base_time_(base_time) {}

  size_t Bytes(const shadow::Value& value) const;
  char* Write(const shadow::Value& value, char* at) const;

  static size_t HeadBytes(uint64_t size) {
    return 1 + (size < kLongSize ? 0 : VarintBytes(size - kLongSize));
  }
  static char* WriteHead(NodeHead head, char* at);
  static size_t KeyBytes(absl::string_view key) { return VarintBytes(key.size()) + key.size(); }
  static char* WriteKey(absl::string_view key, char* at) {
    return shadow::CopyText(key, WriteVarint(key.size(), at));
  }
  uint64_t Age(int64_t time) const { return Zigzag(Difference(base_time_, time)); }

 private:
  const int64_t base_time_;
};

inline char* NodeWriter::WriteHead(NodeHead head, char* at) {
  const uint64_t shown = head.size < kLongSize ? head.size : kLongSize;
  *at++ = static_cast<char>(head.kind | shown << kKindBits);
  return shown == kLongSize ? WriteVarint(head.size - kLongSize, at) : at;
}

inline bool IsQuoted(absl::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

// Reads nodes. Texts stay where they are in the bytes; trees live in the arena. What gives a bool
// gives false for bytes that NodeWriter cannot have made, and the reader is of no more use then.
class NodeReader {
 public:
  NodeReader(ByteReader& bytes, shadow::Arena& arena) : bytes_(bytes), arena_(arena) {}

  void CountAgesFrom(int64_t base_time) { base_time_ = base_time; }

  // A whole tree, of at most `depth_left` non-empty containers inside one another.
  bool Node(size_t depth_left, shadow::Value& value);

  // The same in two steps.
  bool Head(NodeHead& head);
  bool Body(NodeHead head, size_t depth_left, shadow::Value& value);

  bool Key(absl::string_view& key);
  bool Age(int64_t& time);

  // For whoever reads what is around nodes: false, with what is wrong.
  bool Fault(absl::string_view what) {
    fault_ = what;
    return false;
  }
  bool CutOff() { return Fault(kCutOff); }

  // What is wrong with the bytes, once one of the others gave false.
  absl::string_view fault() const { return fault_; }

 private:
  bool Read(size_t depth_left, shadow::Value& value);
  bool ReadBody(NodeHead head, size_t depth_left, shadow::Value& value);
  bool Scalar(NodeHead head, shadow::Value& value);
  bool Object(uint64_t size, size_t depth_left, shadow::Value& value);
  bool Array(uint64_t size, size_t depth_left, shadow::Value& value);

  // Room for the children of a container, which take at least `each` bytes: no more than there are.
  template <class T>
  T* Room(uint64_t count, size_t each);

  ByteReader& bytes_;
  shadow::Arena& arena_;
  int64_t base_time_ = 0;
  absl::string_view fault_;
  uint64_t ahead_ = 0;  // bytes that the children at least take which are still to come
};

inline bool NodeReader::Head(NodeHead& head) {
  unsigned char first;
  if (!bytes_.Byte(first)) return CutOff();
  head.kind = first & ((1 << kKindBits) - 1);
  head.size = first >> kKindBits;
  if (head.size == kLongSize) {
    uint64_t beyond;
    if (!bytes_.Varint(beyond) || beyond > bytes_.left()) return CutOff();
    head.size += beyond;
  }
  return true;
}

inline bool NodeReader::Key(absl::string_view& key) {
  uint64_t size;
  if (!bytes_.Varint(size) || !bytes_.Text(size, key)) return CutOff();
  return IsQuoted(key) || Fault("a key is not JSON");
}

inline bool NodeReader::Age(int64_t& time) {
  int64_t age;
  if (!bytes_.Zigzag(age)) return CutOff();
  time = Difference(base_time_, age);
  return true;
}

}  // namespace storage
