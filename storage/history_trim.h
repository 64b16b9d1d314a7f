// What goes of history by itself: entries beyond the bounds of their lane, and what is below the
// floors.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "storage/history_bounds.h"
#include "storage/statistics.h"

namespace storage {

// Judges history as it comes by in the order of its keys, so each lane's newest entry first. Where
// only a part of a lane comes by more is kept, never less.
class HistorySieve {
 public:
  HistorySieve(const HistoryBounds& bounds, const HistoryFloors& floors, int64_t now);

  // kNone: it stays, as does whatever is not understood.
  HistoryLimit Judge(absl::string_view key, absl::string_view value);

 private:
  HistoryLimit JudgeFeed(absl::string_view key, absl::string_view value) const;

  const HistoryBounds bounds_;
  const HistoryFloors floors_;
  const int64_t now_;
  std::string lane_;  // the prefix of the keys that judge_ has seen
  std::optional<HistoryJudge> judge_;
};

// Whether all that is older in the lane of an entry that is beyond `limit` is beyond it, too.
bool HoldsForTheRest(HistoryLimit limit);

// How many entries were beyond which bound.
struct HistoryDrops {
  uint64_t floor = 0;
  uint64_t count = 0;
  uint64_t bytes = 0;
  uint64_t age = 0;

  void Add(HistoryLimit limit);
  uint64_t all() const { return floor + count + bytes + age; }
};

// What a store's owner and those who rewrite its history share.
//
// Thread rule: any thread.
class HistoryTrim {
 public:
  // `now` gives epoch seconds; without it nothing goes for its age.
  HistoryTrim(const HistoryBounds& bounds, std::function<int64_t()> now);

  // For one pass over history, or a part of it.
  HistorySieve NewSieve() const;

  HistoryFloors floors() const;

  // The floors with each that is lower raised to `floors`'.
  HistoryFloors Raised(const HistoryFloors& floors) const;
  void Raise(const HistoryFloors& floors);

  // Counts entries that were left out.
  void Count(const HistoryDrops& drops);
  void Read(HistoryStatistics& out) const;

 private:
  const HistoryBounds bounds_;
  const std::function<int64_t()> now_;
  mutable absl::Mutex mutex_;
  HistoryFloors floors_ ABSL_GUARDED_BY(mutex_);
  HistoryDrops dropped_ ABSL_GUARDED_BY(mutex_);
};

// Whether Store::Replace takes this prefix; and if not, InvalidArgument that says what it takes.
bool IsRemovable(absl::string_view prefix);
absl::Status NotRemovable();

// Adds an entry, or a group of the feed, to what is told of those that are kept.
void CountHistory(absl::string_view key, absl::string_view value, HistoryStatistics& out);

}  // namespace storage
