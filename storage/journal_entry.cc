#include "storage/journal_entry.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

constexpr absl::string_view kJournalEntry = "journal entry";
constexpr int kFormatOfShadows = 2;

// What an entry takes at least: bounds a count by the bytes that are there before room is made.
constexpr size_t kEntryBytesMin = 3;
constexpr size_t kEntryHeadBytesMax = 3 * 10;

// The size of what is kept; from format 2 on, whether the entry is brief, and from 3 on, whether it
// is of a request beyond shadows.
bool ReadSize(ByteReader& reader, int format, uint64_t& size, JournalEntry& entry) {
  if (!reader.Varint(size)) return false;
  if (format == 1) return true;
  entry.brief = (size & 1) != 0;
  size >>= 1;
  if (format == 2) return true;
  entry.beyond = (size & 1) != 0;
  size >>= 1;
  return !entry.beyond || (size > 0 && !entry.brief);
}

}  // namespace

std::string EncodeJournal(const std::vector<JournalEntry>& entries) {
  size_t bytes_max = 2 * kEntryHeadBytesMax;
  for (const JournalEntry& entry : entries) bytes_max += kEntryHeadBytesMax + entry.previous.size();
  std::string out;
  out.reserve(bytes_max);
  const bool any_beyond = absl::c_any_of(entries, [](const auto& entry) { return entry.beyond; });
  out.push_back(static_cast<char>(any_beyond ? kJournalFormat : kFormatOfShadows));
  AppendVarint(entries.size(), out);
  JournalEntry before;
  for (const JournalEntry& entry : entries) {
    AppendVarint(entry.sequence - before.sequence, out);
    AppendZigzag(Difference(entry.now, before.now), out);
    AppendVarint(entry.previous.size() << (any_beyond ? 2 : 1) | (entry.beyond ? 2 : 0) |
                     (entry.brief ? 1 : 0),
                 out);
    absl::StrAppend(&out, entry.previous);
    before = entry;
  }
  return out;
}

absl::StatusOr<std::vector<JournalEntry>> DecodeJournal(absl::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kJournalEntry, kJournalFormat);
  if (!format.ok()) return format.status();
  uint64_t count;
  if (!reader.Varint(count) || count > reader.left() / kEntryBytesMin) {
    return Damaged(kJournalEntry, kCutOff);
  }
  std::vector<JournalEntry> entries(count);
  JournalEntry before;
  for (JournalEntry& entry : entries) {
    int64_t seconds;
    uint64_t size;
    if (!reader.Varint(entry.sequence) || !reader.Zigzag(seconds) ||
        !ReadSize(reader, *format, size, entry) || !reader.Text(size, entry.previous)) {
      return Damaged(kJournalEntry, kCutOff);
    }
    entry.sequence += before.sequence;  // steps wrap around on both sides
    entry.now = Sum(before.now, seconds);
    before = entry;
  }
  if (reader.left() > 0) return Damaged(kJournalEntry, "more bytes follow it");
  return entries;
}

}  // namespace storage
