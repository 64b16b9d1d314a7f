#include "storage/record.h"

#include "shadow/delta.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

using shadow::Arena;
using shadow::Document;
using shadow::Record;
using shadow::Tombstone;

// The second byte of a record.
constexpr auto kDocumentRecord = static_cast<unsigned char>(RecordKind::kDocument);
constexpr auto kTombstoneRecord = static_cast<unsigned char>(RecordKind::kTombstone);
static_assert(kDocumentRecord == 1 && kTombstoneRecord == 2, "the numbers are stored");

constexpr absl::string_view kWhat = "record";

// The flags of a head.
constexpr unsigned char kDiffers = 1;

size_t HeadBytes(const RecordHead& head) {
  return 3 + VarintBytes(head.last_change) + VarintBytes(head.last_change - head.last_wish);
}

char* WriteHead(unsigned char kind, const RecordHead& head, char* at) {
  *at++ = static_cast<char>(kRecordFormat);
  *at++ = static_cast<char>(kind);
  *at++ = static_cast<char>(head.differs ? kDiffers : 0);
  return WriteVarint(head.last_change - head.last_wish, WriteVarint(head.last_change, at));
}

// What is wrong with the bytes of each part; empty: nothing.

absl::string_view ReadHead(int format, ByteReader& bytes, RecordHead& head) {
  if (format == 1) return {};
  unsigned char flags;
  uint64_t since_wish;
  if (!bytes.Byte(flags) || !bytes.Varint(head.last_change) || !bytes.Varint(since_wish)) {
    return kCutOff;
  }
  if (flags > kDiffers) return "it has a flag that is not known";
  head.differs = flags == kDiffers;
  head.last_wish = head.last_change - since_wish;  // steps wrap around on both sides
  return {};
}

absl::string_view ReadDocument(ByteReader& bytes, Arena& arena, Document& document) {
  uint64_t version;
  if (!bytes.Varint(version) || !bytes.Zigzag(document.updated_at)) return kCutOff;
  if (version < 1 || version > INT64_MAX) return "its version is out of range";
  if (document.updated_at < 0) return "its time is before 1970";
  document.version = static_cast<int64_t>(version);
  NodeReader nodes(bytes, arena);
  nodes.CountAgesFrom(document.updated_at);
  if (!nodes.Node(kRecordDepthMax, document.desired) ||
      !nodes.Node(kRecordDepthMax, document.reported)) {
    return nodes.fault();
  }
  if (!document.desired.is_object() || !document.reported.is_object()) {
    return "a section is not an object";
  }
  return {};
}

absl::string_view ReadTombstone(ByteReader& bytes, Tombstone& tombstone) {
  if (!bytes.Fixed(tombstone.deleted_at) || !bytes.Fixed(tombstone.version)) return kCutOff;
  if (tombstone.version < 1) return "its version is out of range";
  if (tombstone.deleted_at < 0) return "its time is before 1970";
  return {};
}

// Of a document what is behind its time is left unread.
absl::string_view ReadName(RecordKind kind, ByteReader& bytes, RecordName& name) {
  if (kind == RecordKind::kTombstone) {
    Tombstone tombstone;
    const absl::string_view fault = ReadTombstone(bytes, tombstone);
    name = {.version = tombstone.version, .at = tombstone.deleted_at, .deleted = true};
    return fault;
  }
  uint64_t version;
  if (!bytes.Varint(version) || !bytes.Zigzag(name.at)) return kCutOff;
  name.version = static_cast<int64_t>(version);
  absl::string_view unread;
  bytes.Text(bytes.left(), unread);
  return {};
}

// `read` is called for what is behind the head.
template <class Read>
absl::StatusOr<RecordHead> ReadRecord(absl::string_view bytes, const Read& read) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kWhat, kRecordFormat);
  if (!format.ok()) return format.status();
  unsigned char kind;
  if (!reader.Byte(kind)) return Damaged(kWhat, kCutOff);
  if (kind != kDocumentRecord && kind != kTombstoneRecord) {
    return Damaged(kWhat, "it is neither a document nor a tombstone");
  }
  RecordHead head;
  absl::string_view fault = ReadHead(*format, reader, head);
  if (fault.empty()) fault = read(static_cast<RecordKind>(kind), reader);
  if (fault.empty() && reader.left() > 0) fault = "more bytes follow it";
  if (!fault.empty()) return Damaged(kWhat, fault);
  return head;
}

}  // namespace

std::string EncodeRecord(const Record& record, const RecordHead& head) {
  const size_t head_bytes = HeadBytes(head);
  if (const auto* tombstone = std::get_if<Tombstone>(&record)) {
    std::string out(head_bytes, '\0');
    WriteHead(kTombstoneRecord, head, out.data());
    AppendFixed(tombstone->deleted_at, out);
    AppendFixed(tombstone->version, out);
    return out;
  }
  const auto& document = std::get<Document>(record);
  const NodeWriter nodes(document.updated_at);
  const auto version = static_cast<uint64_t>(document.version);
  const uint64_t updated_at = Zigzag(document.updated_at);
  // Not a byte too many: a document without sections, of which the journal keeps many, then needs
  // no memory beside the string itself.
  std::string out(head_bytes + VarintBytes(version) + VarintBytes(updated_at) +
                      nodes.Bytes(document.desired) + nodes.Bytes(document.reported),
                  '\0');
  char* at = WriteHead(kDocumentRecord, head, out.data());
  at = WriteVarint(updated_at, WriteVarint(version, at));
  nodes.Write(document.reported, nodes.Write(document.desired, at));
  return out;
}

absl::StatusOr<Record> DecodeRecord(absl::string_view bytes, Arena& arena) {
  Record record;
  const auto read = [&](RecordKind kind, ByteReader& reader) {
    return kind == RecordKind::kDocument ? ReadDocument(reader, arena, record.emplace<Document>())
                                         : ReadTombstone(reader, record.emplace<Tombstone>());
  };
  if (const auto head = ReadRecord(bytes, read); !head.ok()) return head.status();
  return record;
}

absl::StatusOr<RecordHead> DecodeRecordHead(absl::string_view bytes) {
  return ReadRecord(bytes, [](RecordKind, ByteReader& reader) {
    absl::string_view unread;
    reader.Text(reader.left(), unread);
    return absl::string_view();
  });
}

absl::StatusOr<RecordSummary> SummarizeRecord(absl::string_view bytes, Arena& arena) {
  if (bytes.empty()) return RecordSummary();
  RecordName name;
  const bool tells = static_cast<unsigned char>(bytes.front()) == kRecordFormat;
  const auto read = [&](RecordKind kind, ByteReader& reader) {
    return ReadName(kind, reader, name);
  };
  const auto head = ReadRecord(bytes, read);
  if (!head.ok()) return head.status();
  RecordSummary summary = {.kind = name.deleted ? RecordKind::kTombstone : RecordKind::kDocument,
                           .differs = head->differs,
                           .version = name.version,
                           .updated_at = name.at};
  if (tells || name.deleted) return summary;
  const auto record = DecodeRecord(bytes, arena);
  if (!record.ok()) return record.status();
  summary.differs = shadow::Differs(*record);
  return summary;
}

RecordName NameOf(absl::string_view bytes) {
  RecordName name;
  const auto read = [&](RecordKind kind, ByteReader& reader) {
    return ReadName(kind, reader, name);
  };
  return !bytes.empty() && ReadRecord(bytes, read).ok() ? name : RecordName();
}

RecordKind KindOf(absl::string_view bytes) {
  if (bytes.size() < 2 || bytes[0] < 1 || bytes[0] > kRecordFormat) return RecordKind::kNone;
  if (bytes[1] == kDocumentRecord) return RecordKind::kDocument;
  return bytes[1] == kTombstoneRecord ? RecordKind::kTombstone : RecordKind::kNone;
}

RecordKind KindOf(const Record& record) {
  return std::holds_alternative<Document>(record) ? RecordKind::kDocument : RecordKind::kTombstone;
}

bool IsExpiredTombstone(absl::string_view bytes, int64_t now) {
  if (KindOf(bytes) != RecordKind::kTombstone) return false;
  ByteReader reader(bytes.substr(2));
  RecordHead head;
  Tombstone tombstone;
  return ReadHead(bytes[0], reader, head).empty() && ReadTombstone(reader, tombstone).empty() &&
         reader.left() == 0 && shadow::IsExpired(tombstone, now);
}

}  // namespace storage
