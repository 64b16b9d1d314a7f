#include "storage/node.h"

#include "shadow/print_tree.h"

namespace storage {
namespace {

using shadow::Kind;
using shadow::Member;
using shadow::Value;

// A node's first byte: the kind in the low three bits, the size above them. A size that does not
// fit is kLongSize there, and a varint of what it is beyond kLongSize follows.
constexpr int kKindBits = 3;
constexpr uint64_t kLongSize = 31;

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

bool IsQuoted(absl::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

bool LooksLikeNumber(absl::string_view text) {
  return !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
}

}  // namespace

size_t NodeWriter::HeadBytes(uint64_t size) {
  return 1 + (size < kLongSize ? 0 : VarintBytes(size - kLongSize));
}

char* NodeWriter::WriteHead(NodeHead head, char* at) {
  const uint64_t shown = head.size < kLongSize ? head.size : kLongSize;
  *at++ = static_cast<char>(head.kind | shown << kKindBits);
  return shown == kLongSize ? WriteVarint(head.size - kLongSize, at) : at;
}

char* NodeWriter::WriteKey(absl::string_view key, char* at) {
  return shadow::CopyText(key, WriteVarint(key.size(), at));
}

size_t NodeWriter::Bytes(const Value& value) const {
  const uint64_t size = NodeSize(value);
  size_t bytes = HeadBytes(size);
  if (!value.is_container()) return bytes + size + VarintBytes(Age(value.timestamp()));
  for (const Member& member : value.members()) bytes += KeyBytes(member.key) + Bytes(member.value);
  for (const Value& element : value.elements()) bytes += Bytes(element);
  return bytes;
}

char* NodeWriter::Write(const Value& value, char* at) const {
  const uint64_t size = NodeSize(value);
  at = WriteHead({static_cast<unsigned>(value.kind()), size}, at);
  if (!value.is_container()) {
    return WriteVarint(Age(value.timestamp()), shadow::CopyText(value.text().substr(0, size), at));
  }
  for (const Member& member : value.members()) at = Write(member.value, WriteKey(member.key, at));
  for (const Value& element : value.elements()) at = Write(element, at);
  return at;
}

bool NodeReader::Fault(absl::string_view what) {
  fault_ = what;
  return false;
}

bool NodeReader::Head(NodeHead& head) {
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

bool NodeReader::Key(absl::string_view& key) {
  uint64_t size;
  if (!bytes_.Varint(size) || !bytes_.Text(size, key)) return CutOff();
  return IsQuoted(key) || Fault("a key is not JSON");
}

bool NodeReader::Age(int64_t& time) {
  int64_t age;
  if (!bytes_.Zigzag(age)) return CutOff();
  time = Difference(base_time_, age);
  return true;
}

bool NodeReader::Node(size_t depth_left, Value& value) {
  NodeHead head;
  return Head(head) && Body(head, depth_left, value);
}

bool NodeReader::Body(NodeHead head, size_t depth_left, Value& value) {
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

bool NodeReader::Scalar(NodeHead head, Value& value) {
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
  value = Value::Scalar(kind, text, time);
  return true;
}

bool NodeReader::Object(uint64_t size, size_t depth_left, Value& value) {
  if (size > bytes_.left() / kMemberBytesMin) return CutOff();
  if (size > 0 && depth_left == 0) return Fault("it is nested too deeply");
  const size_t first = members_.size();
  for (uint64_t i = 0; i < size; ++i) {
    Member member;
    if (!Key(member.key) || !Node(depth_left - 1, member.value)) return false;
    members_.push_back(member);
  }
  value = Value::Object(arena_.Copy(absl::MakeConstSpan(members_).subspan(first)));
  members_.resize(first);
  return true;
}

bool NodeReader::Array(uint64_t size, size_t depth_left, Value& value) {
  if (size > bytes_.left() / kElementBytesMin) return CutOff();
  if (size > 0 && depth_left == 0) return Fault("it is nested too deeply");
  const size_t first = elements_.size();
  for (uint64_t i = 0; i < size; ++i) {
    Value element;
    if (!Node(depth_left - 1, element)) return false;
    elements_.push_back(element);
  }
  value = Value::Array(arena_.Copy(absl::MakeConstSpan(elements_).subspan(first)));
  elements_.resize(first);
  return true;
}

}  // namespace storage
