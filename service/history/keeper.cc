#include "service/history/keeper.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace service {
namespace {

using storage::HistoryFloors;
using storage::HistoryStatistics;

constexpr int kHistoryNiceness = 10;  // devices come first
constexpr double kCutAbove = 1.2;     // of what it may take
constexpr double kCutTo = 0.8;
constexpr double kFeedShareMax = 0.25;  // of all history

// The bytes that are too much of `bytes`, where `bytes_max` may be taken; 0: not enough to cut.
double Excess(double bytes, double bytes_max) {
  return bytes > kCutAbove * bytes_max ? bytes - kCutTo * bytes_max : 0;
}

HistoryStatistics::Part Together(const HistoryStatistics::Part& a,
                                 const HistoryStatistics::Part& b) {
  if (a.entries == 0 || b.entries == 0) return a.entries == 0 ? b : a;
  return {.entries = a.entries + b.entries,
          .bytes = a.bytes + b.bytes,
          .first_change = std::min(a.first_change, b.first_change),
          .last_change = std::max(a.last_change, b.last_change)};
}

// A share of a part's changes, the oldest, goes below the floor.
uint64_t Raised(uint64_t floor, const HistoryStatistics::Part& part, double share) {
  if (part.entries == 0 || share <= 0) return floor;
  if (share >= 1) return std::max(floor, part.last_change + 1);
  const uint64_t first = std::max(floor, part.first_change);
  if (first > part.last_change) return floor;
  const auto span = static_cast<double>(part.last_change - first + 1);
  return first + static_cast<uint64_t>(span * share);
}

}  // namespace

HistoryFloors FloorsFor(const HistoryStatistics& kept, const storage::HistoryBounds& bounds,
                        const HistoryFloors& floors) {
  HistoryFloors wanted = floors;
  const HistoryStatistics::Part reports = Together(kept.reports, kept.events);
  const uint64_t written = reports.bytes + kept.wishes.bytes + kept.feed.bytes;
  if (written == 0) return wanted;
  const double on_disk = static_cast<double>(kept.file_bytes) / static_cast<double>(written);
  const auto bytes_of = [&](const HistoryStatistics::Part& part) {
    return static_cast<double>(part.bytes) * on_disk;
  };
  const auto total_max = static_cast<double>(bounds.total_bytes_max);
  double excess = Excess(static_cast<double>(kept.file_bytes), total_max);

  const double feed_max =
      std::min(static_cast<double>(bounds.feed_bytes_max), kFeedShareMax * total_max);
  if (const double feed_excess = Excess(bytes_of(kept.feed), feed_max); feed_excess > 0) {
    wanted.feed = Raised(floors.feed, kept.feed, feed_excess / bytes_of(kept.feed));
    excess -= feed_excess;
  }
  const auto cut = [&](const HistoryStatistics::Part& part, uint64_t& floor) {
    const double bytes = bytes_of(part);
    if (excess <= 0 || bytes <= 0) return;
    floor = Raised(floor, part, excess / bytes);
    excess -= bytes;
  };
  cut(reports, wanted.reports);
  cut(kept.wishes, wanted.wishes);
  return wanted;
}

HistoryKeeper::HistoryKeeper(const Settings& settings, storage::Store& store, Log& log)
    : settings_(settings), store_(store), log_(log), thread_([this] { Run(); }) {}

HistoryKeeper::~HistoryKeeper() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
    stop_compacting_ = true;
  }
  thread_.join();
}

void HistoryKeeper::RaiseIfAsked() {
  HistoryFloors floors;
  {
    absl::MutexLock lock(&mutex_);
    if (!asked_) return;
    floors = *asked_;
  }
  absl::Status raised = store_.RaiseFloors(floors);
  absl::MutexLock lock(&mutex_);
  raised_ = std::move(raised);
  asked_.reset();
}

void HistoryKeeper::Run() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kHistoryNiceness);
  absl::Duration pause = settings_.interval;
  while (Wait(pause)) pause = Look() ? settings_.interval : settings_.respite;
}

// False: it is over.
bool HistoryKeeper::Wait(absl::Duration time) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stop_), time);
}

bool HistoryKeeper::Look() {
  const HistoryStatistics kept = store_.ReadStatistics().history;
  const HistoryFloors floors = store_.Floors();
  const HistoryFloors wanted = FloorsFor(kept, settings_.bounds, floors);
  if (wanted == floors) return !kept.has_removed || Compact();
  log_.Info("history_cut", {{"bytes", kept.file_bytes},
                            {"bytes_max", settings_.bounds.total_bytes_max},
                            {"reports_from", wanted.reports},
                            {"wishes_from", wanted.wishes},
                            {"feed_from", wanted.feed}});
  return HaveRaised(wanted) && Compact();
}

bool HistoryKeeper::HaveRaised(const HistoryFloors& floors) {
  absl::MutexLock lock(&mutex_);
  asked_ = floors;
  const auto settled = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stop_ || !asked_; };
  mutex_.Await(absl::Condition(&settled));
  return !asked_ && raised_.ok();
}

bool HistoryKeeper::Compact() {
  {
    absl::MutexLock lock(&mutex_);
    if (stop_) return true;
    stop_compacting_ = false;
  }
  const absl::Status status = store_.CompactHistory(stop_compacting_);
  if (status.ok() || absl::IsCancelled(status)) return true;
  log_.Warning("history_not_compacted", {{"cause", status.ToString()}});
  return false;
}

}  // namespace service
