// What the worker does between groups: what operators bring and remove, and what waits for its
// time.
#include <limits>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "service/commit/worker.h"
#include "storage/key.h"

namespace service {

absl::StatusOr<storage::Imported> Worker::Import(std::vector<storage::Write> records,
                                                 bool replace) {
  if (!Writable()) return absl::UnavailableError("the store takes no commits");
  hot_.Clear();  // it knows nothing of what comes now
  const auto beside = [&](absl::Span<storage::Write> imported, auto before, auto& writes) {
    if (!history_) return;
    history_->AddImports(imported, before, settings_.now());
    history_->Append(writes);
  };
  auto imported = storage::Import(std::move(records), replace, beside, store_);
  if (!imported.ok()) {
    if (history_) history_->Failed();
    LogFailure(imported.status());
    return imported;
  }
  if (history_) counters_.HistoryKept(history_->Committed());
  counters_.Imported(
      {.documents = imported->documents_more, .tombstones = imported->tombstones_more});
  if (HasFollower()) feed_->TellAnew();
  return imported;
}

absl::Status Worker::Forget(absl::string_view thing) {
  if (!Writable()) return absl::UnavailableError("the store takes no commits");
  absl::Status removed = store_.Remove(storage::HistoryThingPrefix(thing));
  if (removed.ok()) {
    log_.Info("history_forgotten", {{"thing", thing}});
  } else {
    LogFailure(removed);
  }
  return removed;
}

absl::Status Worker::Replace(const Replacement& replacement) {
  TellEvents();  // they are of what goes now
  if (!Writable()) return absl::UnavailableError("the store takes no commits");
  hot_.Clear();
  std::vector<storage::Write> writes = replacement.writes;
  storage::HistoryFloors floors;
  if (history_) floors.feed = history_->SkipNumber(writes);
  // With the end of a block of numbers, which must not come back.
  absl::Status status = store_.Replace(replacement.prefixes, writes, storage::Durability::kSync);
  if (status.ok()) {
    if (history_) history_->Committed();
    counters_.Imported(replacement.more);
    if (HasFollower()) feed_->TellAnew();
    status = store_.RaiseFloors(floors);
  } else {
    HistoryFailed();
  }
  if (!status.ok()) {
    LogFailure(status);
    return absl::UnavailableError("the store takes no commits");
  }
  return events_ == nullptr ? status : events_->Reread(settings_.now());
}

int Worker::SyncIfDue() {
  if (!unsynced_since_) return std::numeric_limits<int>::max();
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *unsynced_since_)
          .count();
  if (waited < settings_.sync_interval_ms) {
    return static_cast<int>(settings_.sync_interval_ms - waited);
  }
  Sync();
  return std::numeric_limits<int>::max();
}

void Worker::Sync() {
  if (!unsynced_since_) return;
  unsynced_since_.reset();
  if (const absl::Status status = store_.Sync(); !status.ok()) LogFailure(status);
}

int Worker::TellEventsIfDue() {
  if (events_ == nullptr || events_->waiting() == 0) {
    events_wait_since_.reset();
    return std::numeric_limits<int>::max();
  }
  const Clock::time_point now = Clock::now();
  if (!events_wait_since_) events_wait_since_ = now;
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(now - *events_wait_since_).count();
  if (waited < settings_.events_wait_ms) {
    return static_cast<int>(settings_.events_wait_ms - waited);
  }
  if (CommitEvents()) return events_->waiting() > 0 ? 0 : std::numeric_limits<int>::max();
  events_wait_since_ = now;
  return static_cast<int>(settings_.events_wait_ms);
}

void Worker::TellEvents() {
  while (events_ != nullptr && events_->waiting() > 0 && CommitEvents()) continue;
}

bool Worker::CommitEvents() {
  if (!Writable()) return false;
  std::vector<storage::Write> writes;
  const storage::Durability least = AppendHistory(writes);
  const absl::Status status = writes.empty() ? absl::OkStatus() : store_.Commit(writes, least);
  if (!status.ok()) {
    HistoryFailed();
    LogFailure(status);
    return false;
  }
  HistoryCommitted();
  return true;
}

void Worker::TellFeed(absl::Span<const Ask> asks, std::vector<ShadowNews> news) {
  GroupNews group{.now = settings_.now(), .shadows = std::move(news)};
  absl::flat_hash_set<absl::string_view> heard;
  for (const Ask& ask : asks) {
    if (ask.of_thing && heard.insert(ask.request.id.thing).second) {
      group.heard.emplace_back(ask.request.id.thing);
    }
  }
  if (!group.shadows.empty() || !group.heard.empty()) feed_->Tell(std::move(group));
}

}  // namespace service
