#include "service/history/store_entries.h"

#include <algorithm>

#include "storage/key.h"

namespace service {
namespace {

// Each scan costs an iterator, so it brings more the further a walk goes.
constexpr size_t kFirstCount = 16;
constexpr size_t kCountMax = 256;
constexpr size_t kAheadBytesMax = 256 * 1024;

size_t PlaceOf(storage::HistoryLane lane) {
  if (lane == storage::HistoryLane::kWishes) return 0;
  return lane == storage::HistoryLane::kReports ? 1 : 2;
}

}  // namespace

StoreEntries::StoreEntries(const storage::Store& store, const shadow::ShadowId& id)
    : store_(store), thing_(id.thing), name_(id.name) {}

absl::StatusOr<std::optional<history::StoredEntry>> StoreEntries::Next(storage::HistoryLane lane,
                                                                       uint64_t below) {
  Lane& at = lanes_[PlaceOf(lane)];
  while (!at.ahead.empty() && at.ahead.front().change >= below) at.ahead.pop_front();
  if (at.ahead.empty() && !at.whole) {
    if (absl::Status read = ReadAhead(lane, below, at); !read.ok()) return read;
  }
  if (at.ahead.empty()) {
    if (!at.fault.ok()) return at.fault;
    return std::nullopt;
  }
  const Read& next = at.ahead.front();
  return history::StoredEntry{.change = next.change,
                              .bytes = next.bytes,
                              .stored_bytes = next.key_bytes + next.bytes.size()};
}

absl::Status StoreEntries::ReadAhead(storage::HistoryLane name, uint64_t below, Lane& lane) {
  // Events are a thing's, and lie under its classic shadow.
  const shadow::ShadowId id = {thing_,
                               name == storage::HistoryLane::kEvents ? absl::string_view() : name_};
  lane.next_count = std::clamp(lane.next_count * 4, kFirstCount, kCountMax);
  size_t bytes_read = 0;
  bool more = false;
  const absl::Status scanned =
      store_.Scan(storage::HistoryLanePrefix(id, name), storage::HistoryKey(id, name, below),
                  [&](absl::string_view key, absl::string_view bytes) {
                    more = lane.ahead.size() == lane.next_count || bytes_read > kAheadBytesMax;
                    const auto at = storage::ParseHistoryKey(key);
                    if (more || !at) return false;
                    lane.ahead.push_back({at->change, key.size(), std::string(bytes)});
                    bytes_read += bytes.size();
                    return true;
                  });
  lane.whole = !more;
  lane.fault = scanned;
  // What was read before the fault is as good as without it.
  return lane.ahead.empty() ? scanned : absl::OkStatus();
}

}  // namespace service
