#include "storage/record.h"

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "shadow/print_tree.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

using shadow::Arena;
using shadow::Document;
using shadow::Kind;
using shadow::Member;
using shadow::Record;
using shadow::Tombstone;
using shadow::Value;

// The second byte of a record.
constexpr unsigned char kDocumentRecord = 1;
constexpr unsigned char kTombstoneRecord = 2;

constexpr size_t kTombstoneBytes = 2 + 8 + 8;
constexpr size_t kDocumentHeadBytesMax = 2 + 10 + 10;
constexpr absl::string_view kWhat = "record";

// A node's first byte: the kind in the low three bits, the size above them. A size that does not
// fit is kLongSize there, and a varint of what it is beyond kLongSize follows.
constexpr int kKindBits = 3;
constexpr uint64_t kLongSize = 31;

// What an entry takes at least: bounds a count by the bytes that are there before room is made for
// it.
constexpr size_t kElementBytesMin = 1;  // an empty container
constexpr size_t kMemberBytesMin = 4;   // size, two quotes, an empty container

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

// Measures a tree, then writes it by pointer: growing a string piece by piece costs more than
// walking twice.
class Encoder {
 public:
  explicit Encoder(int64_t updated_at) : updated_at_(updated_at) {}

  size_t Bytes(const Value& value) const {
    const uint64_t size = NodeSize(value);
    size_t bytes = 1 + (size < kLongSize ? 0 : VarintBytes(size - kLongSize));
    if (!value.is_container()) return bytes + size + VarintBytes(Age(value));
    for (const Member& member : value.members()) {
      bytes += VarintBytes(member.key.size()) + member.key.size() + Bytes(member.value);
    }
    for (const Value& element : value.elements()) bytes += Bytes(element);
    return bytes;
  }

  // Gives the place behind what it wrote.
  char* Write(const Value& value, char* at) const {
    const uint64_t size = NodeSize(value);
    const uint64_t shown = size < kLongSize ? size : kLongSize;
    *at++ = static_cast<char>(static_cast<uint64_t>(value.kind()) | shown << kKindBits);
    if (shown == kLongSize) at = WriteVarint(size - kLongSize, at);
    if (!value.is_container()) {
      return WriteVarint(Age(value), shadow::CopyText(value.text().substr(0, size), at));
    }
    for (const Member& member : value.members()) {
      at = shadow::CopyText(member.key, WriteVarint(member.key.size(), at));
      at = Write(member.value, at);
    }
    for (const Value& element : value.elements()) at = Write(element, at);
    return at;
  }

 private:
  uint64_t Age(const Value& scalar) const {
    return Zigzag(Difference(updated_at_, scalar.timestamp()));
  }

  const int64_t updated_at_;
};

bool IsQuoted(absl::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

bool LooksLikeNumber(absl::string_view text) {
  return !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
}

// Reads nodes. Children wait on two stacks until their container is whole and goes to the arena.
class Decoder {
 public:
  Decoder(ByteReader& reader, Arena& arena) : reader_(reader), arena_(arena) {}

  // What is wrong with the bytes, once one of the others gave false.
  absl::string_view fault() const { return fault_; }

  bool Document(shadow::Document& document) {
    uint64_t version;
    if (!reader_.Varint(version) || !reader_.Zigzag(document.updated_at)) return CutOff();
    if (version < 1 || version > INT64_MAX) return Fault("its version is out of range");
    if (document.updated_at < 0) return Fault("its time is before 1970");
    document.version = static_cast<int64_t>(version);
    updated_at_ = document.updated_at;
    if (!Node(kRecordDepthMax, document.desired)) return false;
    if (!Node(kRecordDepthMax, document.reported)) return false;
    return (document.desired.is_object() && document.reported.is_object()) ||
           Fault("a section is not an object");
  }

  bool Tombstone(shadow::Tombstone& tombstone) {
    if (!reader_.Fixed(tombstone.deleted_at) || !reader_.Fixed(tombstone.version)) {
      return CutOff();
    }
    if (tombstone.version < 1) return Fault("its version is out of range");
    return tombstone.deleted_at >= 0 || Fault("its time is before 1970");
  }

 private:
  bool Fault(absl::string_view what) {
    fault_ = what;
    return false;
  }
  bool CutOff() { return Fault("it is cut off or garbled"); }

  bool Node(size_t depth_left, Value& value) {
    unsigned char head;
    if (!reader_.Byte(head)) return CutOff();
    const auto kind = static_cast<Kind>(head & ((1 << kKindBits) - 1));
    uint64_t size = head >> kKindBits;
    if (size == kLongSize) {
      uint64_t beyond;
      if (!reader_.Varint(beyond) || beyond > reader_.left()) return CutOff();
      size += beyond;
    }
    switch (kind) {
      case Kind::kObject:
        return Object(size, depth_left, value);
      case Kind::kArray:
        return Array(size, depth_left, value);
      case Kind::kNull:
      case Kind::kFalse:
      case Kind::kTrue:
      case Kind::kNumber:
      case Kind::kString:
        return Scalar(kind, size, value);
    }
    return Fault("a value is of an unknown kind");
  }

  bool Scalar(Kind kind, uint64_t size, Value& value) {
    absl::string_view text;
    int64_t age;
    if (!reader_.Text(size, text) || !reader_.Zigzag(age)) return CutOff();
    const absl::string_view only_text = OnlyText(kind);
    if (!only_text.empty()) {
      if (size != 0) return Fault("a literal has a size");
      text = only_text;
    } else if (kind == Kind::kString ? !IsQuoted(text) : !LooksLikeNumber(text)) {
      return Fault("a scalar is not JSON");
    }
    value = Value::Scalar(kind, text, Difference(updated_at_, age));
    return true;
  }

  bool Object(uint64_t size, size_t depth_left, Value& value) {
    if (size > reader_.left() / kMemberBytesMin) return CutOff();
    if (size > 0 && depth_left == 0) return Fault("it is nested too deeply");
    const size_t first = members_.size();
    for (uint64_t i = 0; i < size; ++i) {
      uint64_t key_size;
      Member member;
      if (!reader_.Varint(key_size) || !reader_.Text(key_size, member.key)) return CutOff();
      if (!IsQuoted(member.key)) return Fault("a key is not JSON");
      if (!Node(depth_left - 1, member.value)) return false;
      members_.push_back(member);
    }
    value = Value::Object(arena_.Copy(absl::MakeConstSpan(members_).subspan(first)));
    members_.resize(first);
    return true;
  }

  bool Array(uint64_t size, size_t depth_left, Value& value) {
    if (size > reader_.left() / kElementBytesMin) return CutOff();
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

  ByteReader& reader_;
  Arena& arena_;
  int64_t updated_at_ = 0;
  absl::string_view fault_;
  absl::InlinedVector<Member, 32> members_;
  absl::InlinedVector<Value, 16> elements_;
};

}  // namespace

std::string EncodeRecord(const Record& record) {
  std::string out(1, static_cast<char>(kRecordFormat));
  if (const auto* tombstone = std::get_if<Tombstone>(&record)) {
    out.push_back(static_cast<char>(kTombstoneRecord));
    AppendFixed(tombstone->deleted_at, out);
    AppendFixed(tombstone->version, out);
    return out;
  }
  const auto& document = std::get<Document>(record);
  const Encoder encoder(document.updated_at);
  const size_t tree_bytes = encoder.Bytes(document.desired) + encoder.Bytes(document.reported);
  out.reserve(kDocumentHeadBytesMax + tree_bytes);
  out.push_back(static_cast<char>(kDocumentRecord));
  AppendVarint(static_cast<uint64_t>(document.version), out);
  AppendZigzag(document.updated_at, out);
  const size_t head_bytes = out.size();
  out.resize(head_bytes + tree_bytes);
  encoder.Write(document.reported, encoder.Write(document.desired, &out[head_bytes]));
  return out;
}

absl::StatusOr<Record> DecodeRecord(absl::string_view bytes, Arena& arena) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kWhat, kRecordFormat);
  if (!format.ok()) return format.status();
  unsigned char kind;
  if (!reader.Byte(kind)) return Damaged(kWhat, "it is cut off or garbled");

  Decoder decoder(reader, arena);
  Record record;
  bool whole = false;
  switch (kind) {
    case kDocumentRecord:
      whole = decoder.Document(record.emplace<Document>());
      break;
    case kTombstoneRecord:
      whole = decoder.Tombstone(record.emplace<Tombstone>());
      break;
    default:
      return Damaged(kWhat, "it is neither a document nor a tombstone");
  }
  if (!whole) return Damaged(kWhat, decoder.fault());
  if (reader.left() > 0) return Damaged(kWhat, "more bytes follow it");
  return record;
}

RecordKind KindOf(absl::string_view bytes) {
  if (bytes.size() < 2 || bytes[0] != kRecordFormat) return RecordKind::kNone;
  if (bytes[1] == kDocumentRecord) return RecordKind::kDocument;
  return bytes[1] == kTombstoneRecord ? RecordKind::kTombstone : RecordKind::kNone;
}

RecordKind KindOf(const Record& record) {
  return std::holds_alternative<Document>(record) ? RecordKind::kDocument : RecordKind::kTombstone;
}

bool IsExpiredTombstone(absl::string_view bytes, int64_t now) {
  if (bytes.size() != kTombstoneBytes) return false;
  ByteReader reader(bytes);
  unsigned char format;
  unsigned char kind;
  Tombstone tombstone;
  return reader.Byte(format) && format == kRecordFormat && reader.Byte(kind) &&
         kind == kTombstoneRecord && reader.Fixed(tombstone.deleted_at) &&
         tombstone.deleted_at >= 0 && shadow::IsExpired(tombstone, now);
}

}  // namespace storage
