#include "storage/node.h"

#include <memory>

#include "shadow/short_text.h"

namespace storage {
namespace {

using shadow::Kind;
using shadow::Member;
using shadow::Value;

constexpr size_t kElementBytesMin = 1;  // an empty container

static_assert(static_cast<int>(Kind::kNull) == 0 && static_cast<int>(Kind::kFalse) == 1 &&
                  static_cast<int>(Kind::kTrue) == 2 && static_cast<int>(Kind::kNumber) == 3 &&
                  static_cast<int>(Kind::kString) == 4 && static_cast<int>(Kind::kArray) == 5 &&
                  static_cast<int>(Kind::kObject) == 6,
              "the numbers of kinds are stored");

// The text of a kind that has only one; empty for the others.
absl::string_view OnlyText(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
      return "false";
    case Kind::kTrue:
      return "true";
    default:
      return {};
  }
}

size_t NodeSize(const Value& value) {
  if (value.is_object()) return value.members().size();
  if (value.is_array()) return value.elements().size();
  return OnlyText(value.kind()).empty() ? value.text().size() : 0;
}

bool LooksLikeNumber(absl::string_view text) {
  return !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
}

bool Whole(const Value& made, Value& value) {
  value = made;
  return true;
}

// What walks is not exported (here), or inline (below): the rest is called in a roundabout way,
// even from this file, which took a fifth of the time if it was done for each node.

size_t BytesOf(const Value& value, const NodeWriter& nodes) {
  const uint64_t size = NodeSize(value);
  size_t bytes = NodeWriter::HeadBytes(size);
  if (!value.is_container()) return bytes + size + VarintBytes(nodes.Age(value.timestamp()));
  for (const Member& member : value.members()) {
    bytes += NodeWriter::KeyBytes(member.key) + BytesOf(member.value, nodes);
  }
  for (const Value& element : value.elements()) bytes += BytesOf(element, nodes);
  return bytes;
}

char* WriteTo(const Value& value, const NodeWriter& nodes, char* at) {
  const uint64_t size = NodeSize(value);
  at = NodeWriter::WriteHead({static_cast<unsigned>(value.kind()), size}, at);
  if (!value.is_container()) {
    return WriteVarint(nodes.Age(value.timestamp()),
                       shadow::CopyText(value.text().substr(0, size), at));
  }
  for (const Member& member : value.members()) {
    at = WriteTo(member.value, nodes, NodeWriter::WriteKey(member.key, at));
  }
  for (const Value& element : value.elements()) at = WriteTo(element, nodes, at);
  return at;
}

}  // namespace

size_t NodeWriter::Bytes(const Value& value) const { return BytesOf(value, *this); }

char* NodeWriter::Write(const Value& value, char* at) const { return WriteTo(value, *this, at); }

inline bool NodeReader::Scalar(NodeHead head, Value& value) {
  const auto kind = static_cast<Kind>(head.kind);
  absl::string_view text;
  int64_t time;
  if (!bytes_.Text(head.size, text) || !Age(time)) return CutOff();
  const absl::string_view only_text = OnlyText(kind);
  if (!only_text.empty()) {
    if (head.size != 0) return Fault("a literal has a size");
    text = only_text;
  } else if (kind == Kind::kString ? !IsQuoted(text) : !LooksLikeNumber(text)) {
    return Fault("a scalar is not JSON");
  }
  std::construct_at(&value, kind, text, time);
  return true;
}

// Null: the bytes cannot hold so many.
template <class T>
T* NodeReader::Room(uint64_t count, size_t each) {
  if (bytes_.left() < ahead_ || count > (bytes_.left() - ahead_) / each) return nullptr;
  ahead_ += count * each;
  return arena_.Room<T>(count);
}

inline bool NodeReader::Object(uint64_t size, size_t depth_left, Value& value) {
  if (size == 0) return Whole(Value(), value);
  Member* const members = Room<Member>(size, kMemberBytesMin);
  if (members == nullptr) return CutOff();
  if (depth_left == 0) return Fault("it is nested too deeply");
  for (uint64_t i = 0; i < size; ++i) {
    ahead_ -= kMemberBytesMin;
    Member& member = *std::construct_at(&members[i]);
    if (!Key(member.key) || !Read(depth_left - 1, member.value)) return false;
  }
  return Whole(Value::Object({members, size}), value);
}

inline bool NodeReader::Array(uint64_t size, size_t depth_left, Value& value) {
  if (size == 0) return Whole(Value::Array({}), value);
  Value* const elements = Room<Value>(size, kElementBytesMin);
  if (elements == nullptr) return CutOff();
  if (depth_left == 0) return Fault("it is nested too deeply");
  for (uint64_t i = 0; i < size; ++i) {
    ahead_ -= kElementBytesMin;
    if (!Read(depth_left - 1, *std::construct_at(&elements[i]))) return false;
  }
  return Whole(Value::Array({elements, size}), value);
}

inline bool NodeReader::ReadBody(NodeHead head, size_t depth_left, Value& value) {
  switch (static_cast<Kind>(head.kind)) {
    case Kind::kObject:
      return Object(head.size, depth_left, value);
    case Kind::kArray:
      return Array(head.size, depth_left, value);
    case Kind::kNull:
    case Kind::kFalse:
    case Kind::kTrue:
    case Kind::kNumber:
    case Kind::kString:
      return Scalar(head, value);
  }
  return Fault("a value is of an unknown kind");
}

inline bool NodeReader::Read(size_t depth_left, Value& value) {
  NodeHead head;
  return Head(head) && ReadBody(head, depth_left, value);
}

bool NodeReader::Node(size_t depth_left, Value& value) { return Read(depth_left, value); }

bool NodeReader::Body(NodeHead head, size_t depth_left, Value& value) {
  return ReadBody(head, depth_left, value);
}

}  // namespace storage
