#include "storage/history_trim.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "storage/history_entry.h"
#include "storage/history_feed.h"
#include "storage/key.h"

namespace storage {
namespace {

HistoryStatistics::Part& PartOf(HistoryLane lane, HistoryStatistics& out) {
  if (lane == HistoryLane::kWishes) return out.wishes;
  return lane == HistoryLane::kReports ? out.reports : out.events;
}

void AddTo(HistoryStatistics::Part& part, uint64_t change, uint64_t bytes,
           std::optional<int64_t> time) {
  if (part.entries == 0) part.first_change = change;
  ++part.entries;
  part.bytes += bytes;
  part.first_change = std::min(part.first_change, change);
  part.last_change = std::max(part.last_change, change);
  if (!time) return;
  part.oldest_time = part.oldest_time == 0 ? *time : std::min(part.oldest_time, *time);
}

}  // namespace

HistorySieve::HistorySieve(const HistoryBounds& bounds, const HistoryFloors& floors, int64_t now)
    : bounds_(bounds), floors_(floors), now_(now) {}

HistoryLimit HistorySieve::Judge(absl::string_view key, absl::string_view value) {
  const absl::string_view lane = HistoryLaneOf(key);
  if (lane.empty()) return JudgeFeed(key, value);
  if (lane != lane_) {
    lane_ = std::string(lane);
    judge_.emplace(bounds_, floors_, static_cast<HistoryLane>(lane.back()), now_);
  }
  const auto time = HistoryTimeOf(value);
  if (!time) return HistoryLimit::kNone;
  return judge_->Next(HistoryChangeOf(key), key.size() + value.size(), *time);
}

// A group goes once all that it leads to is below the floor.
HistoryLimit HistorySieve::JudgeFeed(absl::string_view key, absl::string_view value) const {
  const auto first = ParseFeedKey(key);
  if (!first || *first >= floors_.feed) return HistoryLimit::kNone;
  const auto group = DecodeFeed(value, *first);
  const bool is_below = group.ok() && group->entries.back().change < floors_.feed;
  return is_below ? HistoryLimit::kFloor : HistoryLimit::kNone;
}

// A clock that was set right makes one entry old, not those before it.
bool HoldsForTheRest(HistoryLimit limit) {
  return limit != HistoryLimit::kNone && limit != HistoryLimit::kAge;
}

void HistoryDrops::Add(HistoryLimit limit) {
  switch (limit) {
    case HistoryLimit::kNone:
      return;
    case HistoryLimit::kFloor:
      ++floor;
      return;
    case HistoryLimit::kCount:
      ++count;
      return;
    case HistoryLimit::kBytes:
      ++bytes;
      return;
    case HistoryLimit::kAge:
      ++age;
      return;
  }
}

HistoryTrim::HistoryTrim(const HistoryBounds& bounds, std::function<int64_t()> now)
    : bounds_(bounds), now_(std::move(now)) {}

HistorySieve HistoryTrim::NewSieve() const { return {bounds_, floors(), now_ ? now_() : 0}; }

HistoryFloors HistoryTrim::floors() const {
  absl::MutexLock lock(&mutex_);
  return floors_;
}

HistoryFloors HistoryTrim::Raised(const HistoryFloors& floors) const {
  absl::MutexLock lock(&mutex_);
  return {.reports = std::max(floors_.reports, floors.reports),
          .wishes = std::max(floors_.wishes, floors.wishes),
          .feed = std::max(floors_.feed, floors.feed)};
}

void HistoryTrim::Raise(const HistoryFloors& floors) {
  const HistoryFloors raised = Raised(floors);
  absl::MutexLock lock(&mutex_);
  floors_ = raised;
}

void HistoryTrim::Count(const HistoryDrops& drops) {
  absl::MutexLock lock(&mutex_);
  dropped_.floor += drops.floor;
  dropped_.count += drops.count;
  dropped_.bytes += drops.bytes;
  dropped_.age += drops.age;
}

void HistoryTrim::Read(HistoryStatistics& out) const {
  absl::MutexLock lock(&mutex_);
  out.dropped_floor = dropped_.floor;
  out.dropped_count = dropped_.count;
  out.dropped_bytes = dropped_.bytes;
  out.dropped_age = dropped_.age;
}

bool IsRemovable(absl::string_view prefix) {
  return prefix == kRecordPrefix || prefix == kHistoryPrefix || IsHistoryPrefix(prefix);
}

absl::Status NotRemovable() {
  return absl::InvalidArgumentError(
      "only all records, all history, that of a thing, or one of its lanes, is removed");
}

void CountHistory(absl::string_view key, absl::string_view value, HistoryStatistics& out) {
  const uint64_t bytes = key.size() + value.size();
  if (const absl::string_view lane = HistoryLaneOf(key); !lane.empty()) {
    HistoryStatistics::Part& part = PartOf(static_cast<HistoryLane>(lane.back()), out);
    AddTo(part, HistoryChangeOf(key), bytes, HistoryTimeOf(value));
  } else if (const auto change = ParseFeedKey(key)) {
    AddTo(out.feed, *change, bytes, FeedTimeOf(value));
  }
}

}  // namespace storage
