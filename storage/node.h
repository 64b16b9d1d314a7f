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

// Measures a tree, then writes it by pointer: growing a string piece by piece costs more than
// walking twice. Each Write gives the place behind what it wrote.
class NodeWriter {
 public:
  explicit NodeWriter(int64_t base_time) : base_time_(base_time) {}

  size_t Bytes(const shadow::Value& value) const;
  char* Write(const shadow::Value& value, char* at) const;

  static size_t HeadBytes(uint64_t size);
  static char* WriteHead(NodeHead head, char* at);
  static size_t KeyBytes(absl::string_view key) { return VarintBytes(key.size()) + key.size(); }
  static char* WriteKey(absl::string_view key, char* at);
  uint64_t Age(int64_t time) const { return Zigzag(Difference(base_time_, time)); }

 private:
  const int64_t base_time_;
};

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
  bool Fault(absl::string_view what);
  bool CutOff() { return Fault(kCutOff); }

  // What is wrong with the bytes, once one of the others gave false.
  absl::string_view fault() const { return fault_; }

 private:
  bool Scalar(NodeHead head, shadow::Value& value);
  bool Object(uint64_t size, size_t depth_left, shadow::Value& value);
  bool Array(uint64_t size, size_t depth_left, shadow::Value& value);

  ByteReader& bytes_;
  shadow::Arena& arena_;
  int64_t base_time_ = 0;
  absl::string_view fault_;
  // Children wait here until their container is whole and goes to the arena.
  absl::InlinedVector<shadow::Member, 32> members_;
  absl::InlinedVector<shadow::Value, 16> elements_;
};

}  // namespace storage
