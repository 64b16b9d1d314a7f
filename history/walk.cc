#include "history/walk.h"

#include <utility>

#include "history/patch.h"

namespace history {
namespace {

using shadow::Arena;
using shadow::Document;
using storage::HistoryEntry;
using storage::HistoryJudge;
using storage::HistoryLane;
using storage::HistoryLimit;
using storage::RecordKind;

// After so many steps the state reached is written anew, and what it was made of is dropped.
constexpr int kStepsKept = 64;

State StateOf(const shadow::Record& record) {
  State state = {.kind = storage::KindOf(record)};
  if (const auto* tombstone = std::get_if<shadow::Tombstone>(&record)) {
    state.document.version = tombstone->version;
    state.document.updated_at = tombstone->deleted_at;
  } else {
    state.document = std::get<Document>(record);
  }
  return state;
}

State Standing(RecordKind kind, int64_t version, int64_t time) {
  State state = {.kind = kind};
  state.document.version = version;
  state.document.updated_at = time;
  return state;
}

// The state that `entry` left, if it was `reached`, or led to it over a gap; nothing if it does not
// fit.
std::optional<State> After(const HistoryEntry& entry, const State& reached, bool after_gap) {
  const State left = Standing(entry.after, entry.version, entry.record_time);
  if (reached.kind == RecordKind::kNone) return left;  // the end of an earlier life
  State after = reached;
  after.document.version = left.document.version;
  after.document.updated_at = left.document.updated_at;
  if (after_gap) {
    after.document.reported = {};
    after.has_reported = false;
    if (entry.version >= reached.document.version) return std::nullopt;
  } else if (entry.version != reached.document.version ||
             entry.record_time != reached.document.updated_at) {
    return std::nullopt;
  }
  if (entry.after != reached.kind) return std::nullopt;
  return after;
}

// The state before `entry`; nothing if its patches were not made for `after`.
std::optional<State> Before(const HistoryEntry& entry, const State& after, Arena& arena) {
  State before = Standing(entry.before.kind, entry.before.version, entry.before.time);
  if (before.kind != RecordKind::kDocument) return before;
  const auto desired = Undo(after.document.desired, entry.desired, arena);
  if (!desired) return std::nullopt;
  before.document.desired = *desired;
  before.has_reported =
      after.has_reported || entry.reported.kind == storage::PatchNode::Kind::kWhole;
  if (!before.has_reported) return before;
  const auto reported = Undo(after.document.reported, entry.reported, arena);
  if (!reported) return std::nullopt;
  before.document.reported = *reported;
  return before;
}

}  // namespace

Walk::Walk(EntrySource& source, const WalkOptions& options)
    : source_(source),
      with_events_(options.events),
      wishes_(options.bounds, options.floors, HistoryLane::kWishes, options.now),
      reports_(options.bounds, options.floors, HistoryLane::kReports, options.now),
      events_(options.bounds, options.floors, HistoryLane::kEvents, options.now) {}

absl::StatusOr<std::unique_ptr<Walk>> Walk::Begin(absl::string_view record, EntrySource& source,
                                                  const WalkOptions& options) {
  std::unique_ptr<Walk> walk(new Walk(source, options));
  if (record.empty()) return walk;
  walk->newest_bytes_ = std::string(record);
  auto decoded = storage::DecodeRecord(walk->newest_bytes_, walk->newest_arena_);
  if (!decoded.ok()) return decoded.status();
  const auto head = storage::DecodeRecordHead(walk->newest_bytes_);
  if (!head.ok()) return head.status();
  const auto valid = shadow::AsOf(*std::move(decoded), options.now);
  if (!valid) return walk;  // what an earlier life left, as if it were gone already
  walk->newest_ = walk->reached_ = StateOf(*valid);
  walk->next_change_ = head->last_change;
  walk->next_wish_ = head->last_wish;
  return walk;
}

absl::StatusOr<bool> Walk::Next() {
  while (true) {
    if (absl::Status found = LookForChange(); !found.ok()) return found;
    if (absl::Status found = LookForEvent(); !found.ok()) return found;
    if (event_ && (!change_ || event_->change > change_->change)) {
      GiveEvent();
      return true;
    }
    if (!change_) break;
    if (GiveChange()) return true;
    end_ = WalkEnd::kDamaged;
  }
  if (events_damaged_) end_ = WalkEnd::kDamaged;
  return false;
}

absl::Status Walk::LookForChange() {
  if (change_ || end_ != WalkEnd::kNone) return absl::OkStatus();
  Condense();
  if (end_ != WalkEnd::kNone) return absl::OkStatus();
  auto found = FindChange();
  if (!found.ok()) return found.status();
  end_ = found->end;
  if (end_ == WalkEnd::kNone) change_ = *std::move(found);
  return absl::OkStatus();
}

absl::Status Walk::LookForEvent() {
  if (!with_events_ || event_ || events_over_) return absl::OkStatus();
  event_arena_.Clear();
  auto found = FetchBelow(HistoryLane::kEvents, events_below_, event_arena_);
  if (!found.ok()) return found.status();
  events_over_ = found->end != WalkEnd::kNone;
  events_damaged_ = found->end == WalkEnd::kDamaged;
  if (!events_over_) event_ = *std::move(found);
  return absl::OkStatus();
}

void Walk::GiveEvent() {
  step_ = {.change = event_->change, .lane = event_->lane, .entry = event_->entry};
  events_below_ = event_->change;
  event_.reset();
}

// False: the entry does not fit the state that was reached.
bool Walk::GiveChange() {
  const Found found = *std::exchange(change_, std::nullopt);
  const auto after = After(found.entry, reached_, found.after_gap);
  if (!after) return false;
  const auto before = Before(found.entry, *after, arena_);
  if (!before) return false;
  step_ = {found.change, found.lane, found.entry, *after, *before, found.after_gap};
  reached_ = *before;
  next_change_ = found.entry.previous_change;
  next_wish_ = found.entry.previous_wish;
  if (reached_.kind == RecordKind::kNone) life_ends_below_ = found.change;
  return true;
}

// The entry that made the state reached, or the newest wish below it, whose desired it has.
absl::StatusOr<Walk::Found> Walk::FindChange() {
  if (reached_.kind == RecordKind::kNone) return FindEarlierLife();
  if (next_change_ == 0) return Found{.end = WalkEnd::kNotKept};
  if (next_change_ == next_wish_) return Fetch(HistoryLane::kWishes, next_wish_);
  if (reached_.kind != RecordKind::kDocument) return Found{.end = WalkEnd::kDamaged};
  if (!reports_over_) {
    auto report = Fetch(HistoryLane::kReports, next_change_);
    if (!report.ok() || report->end != WalkEnd::kNotKept) return report;
    reports_over_ = true;  // nothing older is kept in this lane
  }
  auto wish = Fetch(HistoryLane::kWishes, next_wish_);
  if (wish.ok()) wish->after_gap = true;
  return wish;
}

// What is older than a line of versions is the end of another one. If it is beyond a bound, it is
// as if it had never been: the disk may have dropped it already.
absl::StatusOr<Walk::Found> Walk::FindEarlierLife() {
  auto found = FetchBelow(HistoryLane::kWishes, life_ends_below_, arena_);
  if (!found.ok() || found->end == WalkEnd::kDamaged) return found;
  if (found->end == WalkEnd::kNotKept) return Found{.end = WalkEnd::kBegin};
  if (found->entry.after != RecordKind::kTombstone) return Found{.end = WalkEnd::kNotKept};
  return found;
}

absl::StatusOr<Walk::Found> Walk::Fetch(HistoryLane lane, uint64_t change) {
  auto found = FetchBelow(lane, change + 1, arena_);
  if (found.ok() && found->end == WalkEnd::kNone && found->change != change) {
    return Found{.end = WalkEnd::kNotKept};
  }
  return found;
}

absl::StatusOr<Walk::Found> Walk::FetchBelow(HistoryLane lane, uint64_t below, Arena& arena) {
  const auto stored = source_.Next(lane, below);
  if (absl::IsDataLoss(stored.status())) return Found{.end = WalkEnd::kDamaged};
  if (!stored.ok()) return stored.status();
  if (!*stored) return Found{.end = WalkEnd::kNotKept};
  HistoryJudge& judge = lane == HistoryLane::kWishes    ? wishes_
                        : lane == HistoryLane::kReports ? reports_
                                                        : events_;
  const auto entry =
      storage::DecodeHistoryEntry(arena.Copy((*stored)->bytes), (*stored)->change, arena);
  // What cannot be read has no time, and counts as young.
  const int64_t time = entry.ok() ? entry->time : INT64_MAX;
  if (judge.Next((*stored)->change, (*stored)->stored_bytes, time) != HistoryLimit::kNone) {
    return Found{.end = WalkEnd::kNotKept};
  }
  if (!entry.ok() || IsEvent(entry->kind) != (lane == HistoryLane::kEvents)) {
    return Found{.end = WalkEnd::kDamaged};
  }
  return Found{.change = (*stored)->change, .lane = lane, .entry = *entry};
}

void Walk::Condense() {
  if (++steps_since_ < kStepsKept || reached_.kind != RecordKind::kDocument) return;
  steps_since_ = 0;
  std::string bytes = storage::EncodeRecord(reached_.document);
  arena_.Clear();
  reached_bytes_ = std::move(bytes);
  const auto record = storage::DecodeRecord(reached_bytes_, arena_);
  if (record.ok()) {
    reached_.document = std::get<Document>(*record);
  } else {
    reached_ = {};
    end_ = WalkEnd::kDamaged;
  }
}

}  // namespace history
