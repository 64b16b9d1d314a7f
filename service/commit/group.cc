#include "service/commit/group.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "shadow/delta.h"
#include "shadow/refusal.h"
#include "storage/key.h"

namespace service {

using shadow::Document;
using shadow::Record;
using storage::HistoryKind;
using storage::JournalEntry;
using storage::RecordHead;

namespace {

HistoryKind KindOf(const Ask& ask) {
  if (ask.request.operation == shadow::Operation::kDelete) return HistoryKind::kDelete;
  return ask.restores ? HistoryKind::kRestore : HistoryKind::kUpdate;
}

// The characters of a token.
absl::string_view TokenText(proto::ClientToken token, shadow::Arena& arena) {
  if (token.empty()) return {};
  if (absl::StrContains(token, '\\')) return arena.Copy(shadow::Unescape(token));
  return token.substr(1, token.size() - 2);
}

}  // namespace

absl::Status Group::Load(const storage::Store& store, HotRecords& hot, absl::Span<const Ask> asks) {
  asks_ = asks;
  absl::flat_hash_map<std::string, size_t> places;
  std::vector<size_t> place_of_ask;
  place_of_ask.reserve(asks.size());
  for (const Ask& ask : asks) {
    const auto [place, is_new] =
        places.try_emplace(storage::RecordKey(ask.request.id), keys_.size());
    if (is_new) keys_.push_back(place->first);
    place_of_ask.push_back(place->second);
  }
  if (absl::Status found = LookUp(store, hot); !found.ok()) return found;
  entries_.reserve(asks.size());
  codes_.reserve(asks.size());
  for (const size_t place : place_of_ask) entries_.push_back(&shadows_[place]);
  return absl::OkStatus();
}

// Fills shadows_, one for each key.
absl::Status Group::LookUp(const storage::Store& store, HotRecords& hot) {
  std::vector<std::string> cold_keys;
  std::vector<Entry*> cold;
  for (const std::string& key : keys_) {
    Entry& entry = shadows_.emplace_back(Entry{.key = &key, .stored = {}});
    if (const std::string* bytes = hot.Find(key)) {
      entry.stored = entry.bytes = *bytes;
    } else {
      cold_keys.push_back(key);
      cold.push_back(&entry);
    }
  }
  if (absl::Status read = store.Read(cold_keys, read_); !read.ok()) return read;
  for (size_t i = 0; i < cold.size(); ++i) {
    if (read_[i]) cold[i]->stored = cold[i]->bytes = *read_[i];
  }
  return absl::OkStatus();
}

void Group::RunOne(const Ask& ask, Entry& entry, Journal& journal,
                   proto::AnswerBatchWriter& answers) {
  if (ask.request.resent && AnswerAgain(ask, journal, answers)) return;
  const bool writes = ask.request.operation != shadow::Operation::kGet;
  if (writes && mode_ == Mode::kReadOnly) return Fail(ask, Failure::kStore, answers);
  if (!Decode(ask, entry)) return Fail(ask, Failure::kRecord, answers);
  if (writes && ask.request.resent && journal.HasPassed(ask.broker, ask.request.sequence) &&
      WouldChange(ask, entry)) {
    // It was refused before, the answer was lost, and what it was refused for is no longer so.
    return Fail(ask, Failure::kOvertaken, answers);
  }
  const Handled handled = Handle(ask, entry.record, limits_, arena_, answers);
  CountAnswer(ask, handled);
  if (events_ != nullptr) events_->Answered(ask, handled.code, handled.version);
  if (handled.record) Keep(ask, entry, handled);
}

void Group::CountAnswer(const Ask& ask, const Handled& handled) {
  tally_.Answered(WayOf(ask), ask.request.operation, handled.code);
  codes_.push_back(handled.code);
  if (handled.differs == true) ++tally_.deltas;
}

void Group::Fail(const Ask& ask, Failure failure, proto::AnswerBatchWriter& answers) {
  const shadow::Refusal refusal = shadow::InternalFailure();
  Refuse(ask, refusal, arena_, answers);
  tally_.Answered(WayOf(ask), ask.request.operation, refusal.code);
  codes_.push_back(refusal.code);
  tally_.Failed(failure);
}

// True if the request was applied before, and is answered as it was then.
bool Group::AnswerAgain(const Ask& ask, Journal& journal, proto::AnswerBatchWriter& answers) {
  const auto found = journal.Find(ask.broker, ask.request.sequence);
  if (!found.ok()) {
    log_.Error("journal_unreadable", {{"cause", found.status().ToString()}});
    Fail(ask, Failure::kJournal, answers);
    return true;
  }
  if (!*found) return false;
  const JournalEntry& applied = **found;
  Entry previous{.stored = arena_.Copy(applied.previous)};
  Ask as_then = ask;
  as_then.now = applied.now;
  if (applied.brief) as_then.request.unheard = {.documents = true, .delta = true};
  if (Decode(as_then, previous)) {
    CountAnswer(ask, Handle(as_then, previous.record, limits_, arena_, answers));
    ++tally_.replays;
  } else {
    Fail(ask, Failure::kRecord, answers);
  }
  return true;
}

bool Group::WouldChange(const Ask& ask, const Entry& entry) {
  proto::AnswerBatchWriter unsent(ask.request.sequence);
  return Handle(ask, entry.record, limits_, arena_, unsent).record.has_value();
}

bool Group::Decode(const Ask& ask, Entry& entry) {
  if (entry.decoded || entry.stored.empty()) return true;
  auto record = storage::DecodeRecord(entry.stored, arena_);
  if (!record.ok()) {
    log_.Error("record_unreadable", {{"shadow", shadow::DisplayName(ask.request.id)},
                                     {"cause", record.status().ToString()}});
    return false;
  }
  entry.record = *std::move(record);
  entry.decoded = true;
  return true;
}

void Group::Keep(const Ask& ask, Entry& entry, const Handled& handled) {
  if (ask.request.sequence != 0) applied_.Add(ask.broker, Before(ask, entry));
  if (history_ != nullptr) entry.head = AddHistory(ask, entry, handled);
  entry.differs = handled.differs;
  entry.record = handled.record;
  entry.bytes = {};
  entry.decoded = entry.changed = true;
  entry.changed_by = &ask;
}

// The head of the record that is kept now.
RecordHead Group::AddHistory(const Ask& ask, const Entry& entry, const Handled& handled) {
  RecordHead head = entry.head;
  if (entry.record && !entry.changed) {
    head = storage::DecodeRecordHead(entry.stored).value_or(RecordHead());
  }
  storage::Author author = ask.author;
  author.token = TokenText(handled.token, arena_);
  return history_->Add(ask.request.id,
                       {.kind = KindOf(ask),
                        .before = entry.record,
                        .before_head = head,
                        .after = *handled.record,
                        .now = ask.now,
                        .names_desired = handled.names_desired,
                        .author = author},
                       arena_);
}

// What the journal keeps of a request that is applied to `entry`.
JournalEntry Group::Before(const Ask& ask, Entry& entry) {
  JournalEntry before{.sequence = ask.request.sequence, .now = ask.now, .previous = {}};
  const proto::Unheard& unheard = ask.request.unheard;
  before.brief =
      ask.request.operation == shadow::Operation::kDelete || (unheard.documents && unheard.delta);
  const Document* document = LiveDocument(entry.record);
  if (before.brief && document != nullptr) {
    before.previous =
        Encoded(Document{.version = document->version, .updated_at = document->updated_at});
    return before;
  }
  if (entry.bytes.empty() && entry.record) entry.bytes = Encoded(*entry.record);
  before.previous = entry.bytes;
  return before;
}

absl::string_view Group::Encoded(const Record& record) {
  return encoded_.emplace_back(storage::EncodeRecord(record));
}

Tally Group::Count() const {
  Tally tally = tally_;
  const auto add = [&](storage::RecordKind kind, int64_t by) {
    if (kind == storage::RecordKind::kDocument) tally.documents_more += by;
    if (kind == storage::RecordKind::kTombstone) tally.tombstones_more += by;
  };
  for (const Entry& entry : shadows_) {
    if (!entry.changed) continue;
    add(storage::KindOf(entry.stored), -1);
    add(storage::KindOf(*entry.record), 1);
  }
  return tally;
}

std::vector<ShadowNews> Group::News() const {
  std::vector<ShadowNews> news;
  for (const Entry& entry : shadows_) {
    if (!entry.changed) continue;
    const auto before =
        storage::SummarizeRecord(entry.stored, arena_).value_or(storage::RecordSummary());
    const storage::Author& author = entry.changed_by->author;
    const shadow::ShadowId& id = entry.changed_by->request.id;
    ShadowNews& one =
        news.emplace_back(ShadowNews{.thing = std::string(id.thing),
                                     .name = std::string(id.name),
                                     .was_there = before.kind == storage::RecordKind::kDocument,
                                     .differed = before.differs,
                                     .way = author.way,
                                     .client_id = std::string(author.client_id),
                                     .principal = std::string(author.principal),
                                     .address = std::string(author.address)});
    if (const auto* document = std::get_if<Document>(&*entry.record)) {
      one.is_there = true;
      one.differs = shadow::Differs(*entry.record);
      one.version = document->version;
      one.updated_at = document->updated_at;
    } else {
      const auto& tombstone = std::get<shadow::Tombstone>(*entry.record);
      one.version = tombstone.version;
      one.updated_at = tombstone.deleted_at;
    }
  }
  return news;
}

std::vector<storage::Write> Group::Writes() const {
  std::vector<storage::Write> writes;
  for (const Entry& entry : shadows_) {
    if (!entry.changed) continue;
    RecordHead head = entry.head;
    head.differs = entry.differs ? *entry.differs : shadow::Differs(*entry.record);
    writes.push_back({.key = *entry.key,
                      .value = storage::EncodeRecord(*entry.record, head),
                      .found = storage::NameOf(entry.stored)});
  }
  std::sort(writes.begin(), writes.end(),
            [](const storage::Write& a, const storage::Write& b) { return a.key < b.key; });
  return writes;
}

}  // namespace service
