// How much history is kept. Readers hold the bounds exactly; the disk follows with compactions.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/key.h"

namespace storage {

struct HistoryBounds {
  struct Lane {
    uint64_t entries_max;  // of one shadow: the newest
    int64_t days_max;      // an entry this old is still kept
  };
  Lane wishes{.entries_max = 1000, .days_max = 400};
  Lane reports{.entries_max = 1000, .days_max = 30};
  Lane events{.entries_max = 1000, .days_max = 30};
  uint64_t lane_bytes_max = 1u << 20;   // keys and values of one lane of one shadow, as written
  uint64_t total_bytes_max = 1u << 30;  // of all history, on disk
  uint64_t feed_bytes_max = 64u << 20;  // of the feed's groups (history_feed.h) among it, on disk
};

// Of who does not know a shadowd's settings: nothing is beyond them.
inline constexpr HistoryBounds kUnboundedHistory = {
    .wishes = {.entries_max = UINT64_MAX, .days_max = INT64_MAX},
    .reports = {.entries_max = UINT64_MAX, .days_max = INT64_MAX},
    .events = {.entries_max = UINT64_MAX, .days_max = INT64_MAX},
    .lane_bytes_max = UINT64_MAX,
    .total_bytes_max = UINT64_MAX,
    .feed_bytes_max = UINT64_MAX};

// Change numbers below which nothing is kept, in the whole store.
struct HistoryFloors {
  uint64_t reports = 0;  // and events
  uint64_t wishes = 0;
  uint64_t feed = 0;  // groups of the feed that end below it
  friend bool operator==(const HistoryFloors&, const HistoryFloors&) = default;
};

// Which bound an entry is beyond. The first that holds counts.
enum class HistoryLimit { kNone, kFloor, kCount, kBytes, kAge };

// Judges the entries of one lane of one shadow, the newest first. The compaction filter judges by
// it, and so do readers: those see all entries of a lane, so they hold the bounds exactly.
class HistoryJudge {
 public:
  HistoryJudge(const HistoryBounds& bounds, const HistoryFloors& floors, HistoryLane lane,
               int64_t now);

  // Of the entry that comes next: its change number, the bytes of its key and value as written,
  // its time. kCount, kBytes: as many are younger. kAge: older than the days.
  HistoryLimit Next(uint64_t change, uint64_t bytes, int64_t time);

 private:
  const uint64_t floor_;
  const uint64_t entries_max_;
  const uint64_t bytes_max_;
  const int64_t oldest_;  // epoch seconds
  uint64_t entries_ = 0;
  uint64_t bytes_ = 0;
};

// The value of kFloorsKey (docs/storage-format.md). DataLoss for bytes that EncodeFloors cannot
// have made, FailedPrecondition for a newer format.
std::string EncodeFloors(const HistoryFloors& floors);
absl::StatusOr<HistoryFloors> DecodeFloors(absl::string_view bytes);

}  // namespace storage
