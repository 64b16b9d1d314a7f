#include "tests/history/past.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "history/entry.h"
#include "proto/answer.h"
#include "proto/request.h"
#include "shadow/delta.h"
#include "shadow/metadata.h"
#include "shadow/operation.h"

namespace history {
namespace {

using shadow::Document;
using shadow::Record;
using storage::HistoryKind;
using storage::HistoryLane;
using storage::RecordKind;

}  // namespace

Stood Seen(RecordKind kind, const Document& document) {
  Stood stood = {.kind = kind, .version = document.version, .time = document.updated_at};
  if (kind != RecordKind::kDocument) return stood;
  shadow::Arena arena(kArenaBytes);
  const shadow::Value delta = shadow::Delta(document.desired, document.reported, arena);
  proto::WordGetAccepted(document, delta, 0, {}, stood.got);
  shadow::PrintJson(document.desired, stood.desired);
  shadow::PrintMetadata(document.desired, stood.desired);
  return stood;
}

std::string Past::record() const {
  const bool gone = !keeps_tombstones && storage::IsExpiredTombstone(record_, now);
  return gone ? "" : record_;
}

std::optional<Record> Past::Stored(shadow::Arena& arena) const {
  const std::string bytes = record();
  if (bytes.empty()) return std::nullopt;
  return storage::DecodeRecord(arena.Copy(bytes), arena).value();
}

Document Past::Current(shadow::Arena& arena) const {
  const auto record = shadow::AsOf(Stored(arena), now);
  const Document* live = shadow::LiveDocument(record);
  return live != nullptr ? *live : Document();
}

bool Past::Update(absl::string_view state, HistoryKind how) {
  shadow::Arena arena(kArenaBytes);
  const std::string payload = absl::StrCat(R"({"state":)", state, "}");
  const auto parsed = proto::ParseUpdate(payload, now, arena);
  const auto* update = std::get_if<shadow::Update>(&parsed.request);
  if (update == nullptr) return false;
  const auto before = Stored(arena);
  const auto outcome =
      shadow::ApplyUpdate(shadow::AsOf(before, now), *update, now, shadow::Limits(), arena);
  const auto* after = std::get_if<Document>(&outcome);
  if (after == nullptr) return false;
  Keep(how, before, *after, arena);
  return true;
}

bool Past::Delete() {
  shadow::Arena arena(kArenaBytes);
  const auto before = Stored(arena);
  const auto outcome = shadow::ApplyDelete(shadow::AsOf(before, now), id_, now);
  const auto* after = std::get_if<shadow::Tombstone>(&outcome);
  if (after == nullptr) return false;
  Keep(HistoryKind::kDelete, before, *after, arena);
  return true;
}

void Past::Import(const Record& record) {
  shadow::Arena arena(kArenaBytes);
  Keep(HistoryKind::kImport, Stored(arena), record, arena);
}

void Past::Keep(HistoryKind how, const std::optional<Record>& before, const Record& after,
                shadow::Arena& arena) {
  const auto* document = std::get_if<Document>(&after);
  Stood stood = document != nullptr ? Seen(RecordKind::kDocument, *document)
                                    : Stood{.kind = RecordKind::kTombstone,
                                            .version = std::get<shadow::Tombstone>(after).version,
                                            .time = std::get<shadow::Tombstone>(after).deleted_at};
  stood.happened = now;
  storage::RecordHead head;
  if (history) {
    last_change += step;
    const auto before_head =
        before ? storage::DecodeRecordHead(record()).value() : storage::RecordHead();
    const MadeEntry made = MakeEntry({.kind = how,
                                      .before = before,
                                      .before_head = before_head,
                                      .after = after,
                                      .now = now,
                                      .author = author,
                                      .number = last_change},
                                     arena);
    const std::string key = storage::HistoryKey(id_, made.lane, last_change);
    const std::string& bytes = entries[key] = storage::EncodeHistoryEntry(made.entry, last_change);
    head = made.head;
    stood.change = last_change;
    stood.lane = made.lane;
    stood.how = made.entry.kind;
    stood.stored_bytes = key.size() + bytes.size();
  }
  record_ = storage::EncodeRecord(after, head);
  stood_.push_back(std::move(stood));
}

void Past::AddEvent(HistoryKind kind, absl::string_view detail) {
  last_change += step;
  const storage::HistoryEntry entry = {
      .kind = kind, .time = now, .after = RecordKind::kNone, .author = author, .detail = detail};
  entries[storage::HistoryKey({id_.thing, ""}, HistoryLane::kEvents, last_change)] =
      storage::EncodeHistoryEntry(entry, last_change);
}

absl::StatusOr<std::optional<StoredEntry>> Past::Next(HistoryLane lane, uint64_t below) {
  if (!fault.ok()) return fault;
  const shadow::ShadowId of = {id_.thing, lane == HistoryLane::kEvents ? "" : id_.name};
  const auto found = entries.upper_bound(storage::HistoryKey(of, lane, below));
  if (found == entries.end()) return std::nullopt;
  const auto id = storage::ParseHistoryKey(found->first);
  if (!id || !(id->id == of) || id->lane != lane) return std::nullopt;
  read_ = found->second;
  return StoredEntry{id->change, read_, found->first.size() + read_.size()};
}

}  // namespace history
