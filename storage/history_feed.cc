#include "storage/history_feed.h"

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

constexpr absl::string_view kFeedGroup = "group of the feed";

// What an entry takes at least: bounds a count by the bytes that are there before room is made.
constexpr size_t kFeedEntryBytesMin = 2;

bool SamePlace(const FeedEntry& a, const FeedEntry& b) { return a.id == b.id && a.lane == b.lane; }

// Thing 0x00 name 0x00 lane, with its size.
void AppendPlace(const FeedEntry& entry, std::string& out) {
  AppendVarint(entry.id.thing.size() + entry.id.name.size() + 3, out);
  absl::StrAppend(&out, entry.id.thing);
  out.push_back('\0');
  absl::StrAppend(&out, entry.id.name);
  out.push_back('\0');
  out.push_back(static_cast<char>(entry.lane));
}

// What is wrong with the bytes of the entry behind `before` (null: the first); empty: nothing.
absl::string_view ReadFeedEntry(ByteReader& reader, const FeedEntry* before, FeedEntry& entry) {
  if (before != nullptr) {
    uint64_t step;
    if (!reader.Varint(step)) return kCutOff;
    if (step == 0 || step > UINT64_MAX - before->change) return "its changes do not ascend";
    entry.change = before->change + step;
  }
  uint64_t size;
  absl::string_view place;
  if (!reader.Varint(size) || !reader.Text(size, place)) return kCutOff;
  if (before != nullptr && size == 0) {
    entry.id = before->id;
    entry.lane = before->lane;
    return {};
  }
  const auto found = ParseHistoryPlace(place);
  if (!found) return "it leads to what is no lane of a shadow";
  entry.id = found->id;
  entry.lane = found->lane;
  return before != nullptr && SamePlace(entry, *before) ? "a place has a second form"
                                                        : absl::string_view();
}

}  // namespace

std::string EncodeFeed(int64_t time, absl::Span<const FeedEntry> entries) {
  std::string out(1, static_cast<char>(kFeedFormat));
  AppendZigzag(time, out);
  AppendVarint(entries.size(), out);
  const FeedEntry* before = nullptr;
  for (const FeedEntry& entry : entries) {
    if (before != nullptr) AppendVarint(entry.change - before->change, out);
    if (before != nullptr && SamePlace(entry, *before)) {
      AppendVarint(0, out);
    } else {
      AppendPlace(entry, out);
    }
    before = &entry;
  }
  return out;
}

absl::StatusOr<FeedGroup> DecodeFeed(absl::string_view bytes, uint64_t change) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kFeedGroup, kFeedFormat);
  if (!format.ok()) return format.status();
  FeedGroup group;
  uint64_t count;
  if (!reader.Zigzag(group.time) || !reader.Varint(count) ||
      count > reader.left() / kFeedEntryBytesMin + 1) {
    return Damaged(kFeedGroup, kCutOff);
  }
  if (group.time < 0) return Damaged(kFeedGroup, "its time is before 1970");
  if (count == 0) return Damaged(kFeedGroup, "it leads to no entry");
  group.entries.resize(count);
  FeedEntry* before = nullptr;
  for (FeedEntry& entry : group.entries) {
    entry.change = change;
    const absl::string_view fault = ReadFeedEntry(reader, before, entry);
    if (!fault.empty()) return Damaged(kFeedGroup, fault);
    before = &entry;
  }
  if (reader.left() > 0) return Damaged(kFeedGroup, "more bytes follow it");
  return group;
}

std::optional<int64_t> FeedTimeOf(absl::string_view bytes) {
  ByteReader reader(bytes);
  int64_t time;
  if (!ReadFormat(reader, kFeedGroup, kFeedFormat).ok() || !reader.Zigzag(time) || time < 0) {
    return std::nullopt;
  }
  return time;
}

}  // namespace storage
