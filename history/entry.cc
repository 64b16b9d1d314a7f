#include "history/entry.h"

#include "history/patch.h"

namespace history {
namespace {

using shadow::Arena;
using shadow::Document;
using shadow::Record;
using storage::HistoryEntry;
using storage::HistoryKind;
using storage::HistoryLane;
using storage::RecordKind;

// A tombstone counts as a document with empty sections.
const Document& DocumentOf(const Record& record) {
  static const Document kNone;
  const auto* document = std::get_if<Document>(&record);
  return document != nullptr ? *document : kNone;
}

int64_t TimeOf(const Record& record) {
  if (const auto* document = std::get_if<Document>(&record)) return document->updated_at;
  return std::get<shadow::Tombstone>(record).deleted_at;
}

void TellBefore(const Record& before, const storage::RecordHead& head, const Record& after,
                Arena& arena, HistoryEntry& entry) {
  entry.before = {.kind = storage::KindOf(before),
                  .version = shadow::CurrentVersion(before),
                  .time = TimeOf(before)};
  entry.previous_change = head.last_change;
  entry.previous_wish = head.last_wish;
  if (entry.before.kind != RecordKind::kDocument) return;
  const Document& was = DocumentOf(before);
  const Document& is = DocumentOf(after);
  entry.desired = ReversePatch(was.desired, is.desired, arena);
  entry.reported = ReversePatch(was.reported, is.reported, arena);
}

HistoryLane LaneOf(const HistoryEntry& entry, bool names_desired) {
  const bool is_report = entry.before.kind == RecordKind::kDocument &&
                         entry.after == RecordKind::kDocument &&
                         entry.kind != HistoryKind::kImport && entry.desired.empty() &&
                         !(names_desired && entry.reported.empty());
  return is_report ? HistoryLane::kReports : HistoryLane::kWishes;
}

}  // namespace

MadeEntry MakeEntry(const Transition& change, Arena& arena) {
  const std::optional<Record> before = shadow::AsOf(change.before, change.now);
  HistoryEntry entry = {.kind = change.kind,
                        .version = shadow::CurrentVersion(change.after),
                        .time = change.now,
                        .after = storage::KindOf(change.after),
                        .record_time = TimeOf(change.after),
                        .author = change.author};
  if (before) TellBefore(*before, change.before_head, change.after, arena, entry);
  if (entry.kind == HistoryKind::kUpdate && entry.before.kind != RecordKind::kDocument) {
    entry.kind = HistoryKind::kCreate;
  }
  const HistoryLane lane = LaneOf(entry, change.names_desired);
  const storage::RecordHead head = {
      .last_change = change.number,
      .last_wish = lane == HistoryLane::kWishes ? change.number : entry.previous_wish};
  return {lane, entry, head};
}

}  // namespace history
