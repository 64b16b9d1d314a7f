#include "storage/history_bounds.h"

#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

constexpr absl::string_view kFloors = "floor of history";
constexpr int kFloorsFormat = 1;
constexpr int64_t kSecondsADay = 24 * 60 * 60;

const HistoryBounds::Lane& BoundOf(const HistoryBounds& bounds, HistoryLane lane) {
  if (lane == HistoryLane::kWishes) return bounds.wishes;
  return lane == HistoryLane::kReports ? bounds.reports : bounds.events;
}

// The beginning of time for more days than there were.
int64_t DaysBefore(int64_t now, int64_t days) {
  return days > now / kSecondsADay ? INT64_MIN : now - days * kSecondsADay;
}

}  // namespace

HistoryJudge::HistoryJudge(const HistoryBounds& bounds, const HistoryFloors& floors,
                           HistoryLane lane, int64_t now)
    : floor_(lane == HistoryLane::kWishes ? floors.wishes : floors.reports),
      entries_max_(BoundOf(bounds, lane).entries_max),
      bytes_max_(bounds.lane_bytes_max),
      oldest_(DaysBefore(now, BoundOf(bounds, lane).days_max)) {}

HistoryLimit HistoryJudge::Next(uint64_t change, uint64_t bytes, int64_t time) {
  HistoryLimit limit = HistoryLimit::kNone;
  if (change < floor_) {
    limit = HistoryLimit::kFloor;
  } else if (entries_ >= entries_max_) {
    limit = HistoryLimit::kCount;
  } else if (bytes_ >= bytes_max_) {
    limit = HistoryLimit::kBytes;
  } else if (time < oldest_) {
    limit = HistoryLimit::kAge;
  }
  ++entries_;
  bytes_ += bytes;
  return limit;
}

std::string EncodeFloors(const HistoryFloors& floors) {
  std::string out(1, static_cast<char>(kFloorsFormat));
  AppendVarint(floors.reports, out);
  AppendVarint(floors.wishes, out);
  AppendVarint(floors.feed, out);
  return out;
}

absl::StatusOr<HistoryFloors> DecodeFloors(absl::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kFloors, kFloorsFormat);
  if (!format.ok()) return format.status();
  HistoryFloors floors;
  if (!reader.Varint(floors.reports) || !reader.Varint(floors.wishes) ||
      !reader.Varint(floors.feed)) {
    return Damaged(kFloors, kCutOff);
  }
  if (reader.left() > 0) return Damaged(kFloors, "more bytes follow it");
  return floors;
}

}  // namespace storage
