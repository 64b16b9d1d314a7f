#include "storage/history_entry.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

constexpr absl::string_view kToldConnection = "connection that was told";
constexpr absl::string_view kHistoryEntry = "history entry";

// The second byte: what happened, what stood before, what stands after.
constexpr int kBeforeShift = 4;
constexpr unsigned char kKindMask = 0x0F;
constexpr unsigned char kTombstoneAfter = 0x40;

constexpr size_t kNumbersBytesMax = 2 + 7 * 10 + 1;  // all of an entry but texts and patches
constexpr size_t kTextHeadBytesMax = 10;

// A text's bytes. One of at least this many digits 0-9a-f, as the ids of certificates are, is
// packed: two digits a byte.
constexpr size_t kPackedDigitsMin = 8;
constexpr absl::string_view kDigits = "0123456789abcdef";

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool IsPacked(absl::string_view text) {
  return text.size() >= kPackedDigitsMin && text.size() % 2 == 0 &&
         std::all_of(text.begin(), text.end(), [](char c) { return DigitOf(c) >= 0; });
}

void AppendText(absl::string_view text, std::string& out) {
  if (!IsPacked(text)) {
    AppendVarint(text.size() << 1, out);
    absl::StrAppend(&out, text);
    return;
  }
  AppendVarint(text.size() | 1, out);  // twice the bytes, plus 1
  for (size_t i = 0; i < text.size(); i += 2) {
    out.push_back(static_cast<char>(DigitOf(text[i]) << 4 | DigitOf(text[i + 1])));
  }
}

bool IsVersion(uint64_t version, HistoryKind kind) {
  if (kind == HistoryKind::kGet) return true;
  return (version == 0) == IsEvent(kind);
}

bool IsChange(HistoryKind kind, RecordKind before, RecordKind after) {
  switch (kind) {
    case HistoryKind::kCreate:
      return before != RecordKind::kDocument && after == RecordKind::kDocument;
    case HistoryKind::kUpdate:
      return before == RecordKind::kDocument && after == RecordKind::kDocument;
    case HistoryKind::kDelete:
      return before == RecordKind::kDocument && after == RecordKind::kTombstone;
    case HistoryKind::kRestore:
      return after == RecordKind::kDocument;
    default:
      return true;
  }
}

// Reads what EncodeHistoryEntry wrote, part by part. Each gives what is wrong; empty: nothing.
class EntryReader {
 public:
  EntryReader(ByteReader& bytes, uint64_t change, shadow::Arena& arena)
      : bytes_(bytes), change_(change), arena_(arena) {}

  absl::string_view Entry(HistoryEntry& entry) {
    if (absl::string_view fault = Head(bytes_, entry); !fault.empty()) return fault;
    if (!IsEvent(entry.kind)) {
      if (absl::string_view fault = Before(entry); !fault.empty()) return fault;
    }
    if (absl::string_view fault = ReadAuthor(entry.author); !fault.empty()) return fault;
    if (IsEvent(entry.kind)) return Text(entry.detail);
    return entry.before.kind == RecordKind::kDocument ? Patches(entry) : absl::string_view();
  }

  // What happened, version and time.
  static absl::string_view Head(ByteReader& bytes, HistoryEntry& entry) {
    unsigned char what;
    uint64_t version;
    if (!bytes.Byte(what) || !bytes.Varint(version) || !bytes.Zigzag(entry.time)) return kCutOff;
    entry.kind = static_cast<HistoryKind>(what & kKindMask);
    if (entry.kind < HistoryKind::kCreate || entry.kind > HistoryKind::kGet) {
      return "it is of an unknown kind";
    }
    if (version > INT64_MAX || !IsVersion(version, entry.kind)) {
      return "its version is out of range";
    }
    if (entry.time < 0) return "its time is before 1970";
    entry.version = static_cast<int64_t>(version);
    const unsigned char records = what & ~kKindMask;
    if (IsEvent(entry.kind)) {
      entry.after = RecordKind::kNone;
      return records == 0 ? absl::string_view() : "an event tells of records";
    }
    entry.after = (what & kTombstoneAfter) != 0 ? RecordKind::kTombstone : RecordKind::kDocument;
    const int before = (what & ~kTombstoneAfter) >> kBeforeShift;
    if (before > static_cast<int>(RecordKind::kTombstone)) return "it has a flag that is not known";
    entry.before.kind = static_cast<RecordKind>(before);
    return IsChange(entry.kind, entry.before.kind, entry.after)
               ? absl::string_view()
               : "its kind does not fit what stood before and after";
  }

 private:
  absl::string_view Before(HistoryEntry& entry) {
    HistoryBefore& before = entry.before;
    entry.record_time = entry.time;
    if (entry.kind == HistoryKind::kImport) {
      int64_t earlier;
      if (!bytes_.Zigzag(earlier)) return kCutOff;
      entry.record_time = Difference(entry.time, earlier);
      if (entry.record_time < 0) return "the time of what was brought in is before 1970";
    }
    if (before.kind == RecordKind::kNone) return {};
    uint64_t version = static_cast<uint64_t>(entry.version) - 1;
    if (entry.kind == HistoryKind::kImport && !bytes_.Varint(version)) return kCutOff;
    if (version < 1 || version > INT64_MAX) return "the version before is out of range";
    before.version = static_cast<int64_t>(version);
    int64_t ago;
    if (!bytes_.Zigzag(ago)) return kCutOff;
    before.time = Difference(entry.time, ago);
    if (before.time < 0) return "the time before is before 1970";
    uint64_t since_change;
    if (!bytes_.Varint(since_change)) return kCutOff;
    if (since_change == 0) return {};
    if (since_change >= change_) return "the change before it is out of range";
    entry.previous_change = change_ - since_change;
    uint64_t since_wish;
    if (!bytes_.Varint(since_wish)) return kCutOff;
    if (since_wish > entry.previous_change) return "the wish before it is out of range";
    entry.previous_wish = entry.previous_change - since_wish;
    return {};
  }

  absl::string_view ReadAuthor(Author& author) {
    unsigned char way;
    if (!bytes_.Byte(way)) return kCutOff;
    if (way > static_cast<unsigned char>(HistoryWay::kConsole)) return "it came by an unknown way";
    author.way = static_cast<HistoryWay>(way);
    for (absl::string_view* text :
         {&author.client_id, &author.principal, &author.address, &author.token}) {
      if (absl::string_view fault = Text(*text); !fault.empty()) return fault;
    }
    return {};
  }

  absl::string_view Text(absl::string_view& text) {
    uint64_t size;
    if (!bytes_.Varint(size)) return kCutOff;
    const bool packed = (size & 1) != 0;
    size >>= 1;
    if (!bytes_.Text(size, text)) return kCutOff;
    if (packed) text = Unpacked(text);
    return IsPacked(text) == packed ? absl::string_view() : "a text has a second form";
  }

  absl::string_view Unpacked(absl::string_view packed) {
    char* const digits = arena_.Bytes(2 * packed.size());
    char* at = digits;
    for (const char byte : packed) {
      *at++ = kDigits[static_cast<unsigned char>(byte) >> 4];
      *at++ = kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return {digits, 2 * packed.size()};
  }

  absl::string_view Patches(HistoryEntry& entry) {
    NodeReader nodes(bytes_, arena_);
    nodes.CountAgesFrom(entry.before.time);
    const bool whole = ReadPatch(nodes, bytes_, arena_, entry.desired) &&
                       ReadPatch(nodes, bytes_, arena_, entry.reported);
    return whole ? absl::string_view() : nodes.fault();
  }

  ByteReader& bytes_;
  const uint64_t change_;
  shadow::Arena& arena_;
};

void AppendBefore(const HistoryEntry& entry, uint64_t change, std::string& out) {
  if (entry.kind == HistoryKind::kImport) {
    AppendZigzag(Difference(entry.time, entry.record_time), out);
  }
  if (entry.before.kind == RecordKind::kNone) return;
  if (entry.kind == HistoryKind::kImport) {
    AppendVarint(static_cast<uint64_t>(entry.before.version), out);
  }
  AppendZigzag(Difference(entry.time, entry.before.time), out);
  if (entry.previous_change == 0) return AppendVarint(0, out);
  AppendVarint(change - entry.previous_change, out);
  AppendVarint(entry.previous_change - entry.previous_wish, out);
}

}  // namespace

absl::string_view WayText(HistoryWay way) {
  switch (way) {
    case HistoryWay::kUnknown:
      return "";
    case HistoryWay::kMqtt:
      return "mqtt";
    case HistoryWay::kWebSocket:
      return "websocket";
    case HistoryWay::kHttps:
      return "https";
    case HistoryWay::kAdmin:
      return "admin";
    case HistoryWay::kConsole:
      return "console";
  }
  return "";
}

std::string EncodeHistoryEntry(const HistoryEntry& entry, uint64_t change) {
  const bool has_patches = !IsEvent(entry.kind) && entry.before.kind == RecordKind::kDocument;
  const NodeWriter nodes(entry.before.time);
  const size_t patch_bytes =
      has_patches ? PatchBytes(entry.desired, nodes) + PatchBytes(entry.reported, nodes) : 0;
  const Author& author = entry.author;
  const absl::string_view texts[] = {author.client_id, author.principal, author.address,
                                     author.token, entry.detail};
  size_t bytes_max = kNumbersBytesMax + patch_bytes;
  for (const absl::string_view text : texts) bytes_max += kTextHeadBytesMax + text.size();

  std::string out;
  out.reserve(bytes_max);
  out.push_back(static_cast<char>(kHistoryFormat));
  unsigned what = static_cast<unsigned>(entry.kind);
  if (!IsEvent(entry.kind)) {
    what |= static_cast<unsigned>(entry.before.kind) << kBeforeShift;
    if (entry.after == RecordKind::kTombstone) what |= kTombstoneAfter;
  }
  out.push_back(static_cast<char>(what));
  AppendVarint(static_cast<uint64_t>(entry.version), out);
  AppendZigzag(entry.time, out);
  if (!IsEvent(entry.kind)) AppendBefore(entry, change, out);
  out.push_back(static_cast<char>(author.way));
  for (const absl::string_view text : absl::MakeConstSpan(texts).first(4)) AppendText(text, out);
  if (IsEvent(entry.kind)) AppendText(entry.detail, out);
  const size_t head_bytes = out.size();
  out.resize(head_bytes + patch_bytes);
  if (has_patches) {
    WritePatch(entry.reported, nodes, WritePatch(entry.desired, nodes, &out[head_bytes]));
  }
  return out;
}

absl::StatusOr<HistoryEntry> DecodeHistoryEntry(absl::string_view bytes, uint64_t change,
                                                shadow::Arena& arena) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kHistoryEntry, kHistoryFormat);
  if (!format.ok()) return format.status();
  HistoryEntry entry;
  absl::string_view fault = EntryReader(reader, change, arena).Entry(entry);
  if (fault.empty() && reader.left() > 0) fault = "more bytes follow it";
  if (!fault.empty()) return Damaged(kHistoryEntry, fault);
  return entry;
}

std::optional<int64_t> HistoryTimeOf(absl::string_view bytes) {
  ByteReader reader(bytes);
  HistoryEntry entry;
  if (!ReadFormat(reader, kHistoryEntry, kHistoryFormat).ok()) return std::nullopt;
  if (!EntryReader::Head(reader, entry).empty()) return std::nullopt;
  return entry.time;
}

std::string EncodeToldConnection(const ToldConnection& told) {
  std::string out(1, static_cast<char>(kHistoryFormat));
  out.push_back(told.got ? '\1' : '\0');
  AppendVarint(told.change, out);
  absl::StrAppend(&out, told.thing);
  return out;
}

absl::StatusOr<ToldConnection> DecodeToldConnection(absl::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kToldConnection, kHistoryFormat);
  if (!format.ok()) return format.status();
  ToldConnection told;
  unsigned char flags;
  if (!reader.Byte(flags) || !reader.Varint(told.change) ||
      !reader.Text(reader.left(), told.thing)) {
    return Damaged(kToldConnection, kCutOff);
  }
  if (flags > 1) return Damaged(kToldConnection, "it has a flag that is not known");
  if (!shadow::IsThingName(told.thing)) return Damaged(kToldConnection, "it names no thing");
  told.got = flags == 1;
  return told;
}

}  // namespace storage
