#include "storage/postgres/commit.h"

#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "storage/key.h"
#include "storage/postgres/place.h"
#include "storage/postgres/statements.h"
#include "storage/record.h"

namespace storage {
namespace {

// What a column tells that nobody looked at before.
constexpr int64_t kNotLooked = -1;

// As columns hold it: a version is never below 0, which only bytes of strangers say.
RecordName Columns(RecordName name) {
  if (name.version < 0) name = RecordName();
  return name;
}

// What is to stand under one key, and what was seen under it first.
struct Change {
  PostgresPlace place{};
  const std::optional<std::string>* value = nullptr;
  const std::optional<RecordName>* found = nullptr;
};

class RecordRows {
 public:
  void Add(const Change& change, const std::optional<RecordName>& found) {
    const RecordName name = Columns(NameOf(**change.value));
    thing_.Add(change.place.thing);
    name_.Add(change.place.name);
    version_.Add(name.version);
    at_.Add(name.at);
    deleted_.AddBool(name.deleted);
    seen_version_.Add(found ? found->version : kNotLooked);
    seen_at_.Add(found ? found->at : 0);
    record_.Add(absl::string_view(**change.value));
  }

  size_t size() const { return thing_.size(); }

  PostgresStatement Take(const char* sql) && {
    return {sql,
            {std::move(thing_).Take(), std::move(name_).Take(), std::move(version_).Take(),
             std::move(at_).Take(), std::move(deleted_).Take(), std::move(seen_version_).Take(),
             std::move(seen_at_).Take(), std::move(record_).Take()}};
  }

 private:
  PostgresArray thing_ = PostgresArray::OfText();
  PostgresArray name_ = PostgresArray::OfText();
  PostgresArray version_ = PostgresArray::OfNumbers();
  PostgresArray at_ = PostgresArray::OfNumbers();
  PostgresArray deleted_ = PostgresArray::OfBools();
  PostgresArray seen_version_ = PostgresArray::OfNumbers();
  PostgresArray seen_at_ = PostgresArray::OfNumbers();
  PostgresArray record_ = PostgresArray::OfBytes();
};

class RemovedRecords {
 public:
  void Add(const Change& change) {
    thing_.Add(change.place.thing);
    name_.Add(change.place.name);
  }
  void Add(const Change& change, const RecordName& found) {
    Add(change);
    version_.Add(found.version);
    at_.Add(found.at);
    deleted_.AddBool(found.deleted);
  }

  size_t size() const { return thing_.size(); }

  PostgresStatement TakeAny() && {
    return {kRemoveRecords, {std::move(thing_).Take(), std::move(name_).Take()}};
  }
  PostgresStatement TakeSeen() && {
    const auto count = static_cast<int64_t>(size());
    return {kRemoveSeen,
            {std::move(thing_).Take(), std::move(name_).Take(), std::move(version_).Take(),
             std::move(at_).Take(), std::move(deleted_).Take(), PostgresNumber(count)}};
  }

 private:
  PostgresArray thing_ = PostgresArray::OfText();
  PostgresArray name_ = PostgresArray::OfText();
  PostgresArray version_ = PostgresArray::OfNumbers();
  PostgresArray at_ = PostgresArray::OfNumbers();
  PostgresArray deleted_ = PostgresArray::OfBools();
};

class HistoryRows {
 public:
  void Add(const Change& change) {
    thing_.Add(change.place.thing);
    name_.Add(change.place.name);
    lane_.Add(change.place.lane);
    change_.Add(change.place.change);
    if (*change.value) entry_.Add(absl::string_view(**change.value));
  }

  size_t size() const { return thing_.size(); }

  PostgresStatement Take(const char* sql) && {
    PostgresStatement statement{sql,
                                {std::move(thing_).Take(), std::move(name_).Take(),
                                 std::move(lane_).Take(), std::move(change_).Take()}};
    if (entry_.size() > 0) statement.parameters.push_back(std::move(entry_).Take());
    return statement;
  }

 private:
  PostgresArray thing_ = PostgresArray::OfText();
  PostgresArray name_ = PostgresArray::OfText();
  PostgresArray lane_ = PostgresArray::OfText();
  PostgresArray change_ = PostgresArray::OfNumbers();
  PostgresArray entry_ = PostgresArray::OfBytes();
};

// Of the tables that have one column as a key.
class KeyedRows {
 public:
  KeyedRows(PostgresArray keys, const char* put, const char* remove)
      : put_(put), remove_(remove), keys_(keys), removed_(std::move(keys)) {}

  void Add(absl::string_view key, const std::optional<std::string>& value) {
    if (!value) {
      removed_.Add(key);
      return;
    }
    keys_.Add(key);
    values_.Add(absl::string_view(*value));
  }

  void TakeInto(std::vector<PostgresStatement>& out) && {
    if (keys_.size() > 0)
      out.push_back({put_, {std::move(keys_).Take(), std::move(values_).Take()}});
    if (removed_.size() > 0) out.push_back({remove_, {std::move(removed_).Take()}});
  }

 private:
  const char* const put_;
  const char* const remove_;
  PostgresArray keys_;
  PostgresArray removed_;
  PostgresArray values_ = PostgresArray::OfBytes();
};

// All that one commit writes, by table and by what is known of it.
class CommitRows {
 public:
  void Add(const Change& change) {
    switch (change.place.table) {
      case PostgresTable::kShadow:
        return *change.value ? Put(change) : Remove(change);
      case PostgresTable::kHistory:
        return (*change.value ? history_ : removed_history_).Add(change);
      case PostgresTable::kJournal:
        return journal_.Add(change.place.key, *change.value);
      case PostgresTable::kMeta:
        return meta_.Add(change.place.name, *change.value);
      case PostgresTable::kEntry:
        return entries_.Add(change.place.key, *change.value);
    }
  }

  void TakeInto(std::vector<PostgresStatement>& out) && {
    if (const auto count = static_cast<int64_t>(seen_.size()); count > 0) {
      out.push_back(std::move(seen_).Take(kReplaceSeen));
      out.back().parameters.push_back(PostgresNumber(count));
    }
    if (put_.size() > 0) out.push_back(std::move(put_).Take(kPutRecords));
    if (removed_.size() > 0) out.push_back(std::move(removed_).TakeAny());
    if (removed_seen_.size() > 0) out.push_back(std::move(removed_seen_).TakeSeen());
    if (history_.size() > 0) out.push_back(std::move(history_).Take(kPutHistory));
    if (removed_history_.size() > 0)
      out.push_back(std::move(removed_history_).Take(kRemoveHistory));
    std::move(entries_).TakeInto(out);
    std::move(meta_).TakeInto(out);
    std::move(journal_).TakeInto(out);
  }

 private:
  // What was seen as a document is there; a tombstone may vanish by itself.
  void Put(const Change& change) {
    std::optional<RecordName> found = *change.found;
    if (found) found = Columns(*found);
    const bool is_there = found && *found != RecordName() && !found->deleted;
    (is_there ? seen_ : put_).Add(change, found);
  }

  // Where nothing was seen nothing is removed.
  void Remove(const Change& change) {
    if (!*change.found) return removed_.Add(change);
    const RecordName found = Columns(**change.found);
    if (found != RecordName()) removed_seen_.Add(change, found);
  }

  RecordRows seen_;
  RecordRows put_;
  RemovedRecords removed_;
  RemovedRecords removed_seen_;
  HistoryRows history_;
  HistoryRows removed_history_;
  KeyedRows journal_{PostgresArray::OfBytes(), kPutJournal, kRemoveJournal};
  KeyedRows entries_{PostgresArray::OfBytes(), kPutEntries, kRemoveEntries};
  KeyedRows meta_{PostgresArray::OfText(), kPutMeta, kRemoveMeta};
};

void RemovePrefix(const std::string& prefix, std::vector<PostgresStatement>& out) {
  out.push_back({kRemoveEntryRange, {prefix, EndOf(prefix)}});
  if (prefix == kRecordPrefix) {
    out.push_back({kRemoveAllRecords});
  } else if (prefix == kHistoryPrefix) {
    out.push_back({kRemoveAllHistory});
  } else {
    const PostgresBound bound = BoundOf(PostgresTable::kHistory, prefix);
    if (bound.lane.empty()) {
      out.push_back({kRemoveThingHistory, {bound.thing}});
    } else {
      out.push_back({kRemoveLaneHistory, {bound.thing, bound.name, bound.lane}});
    }
  }
}

}  // namespace

// A group's writes come sorted, and none twice: then this looks at each once.
std::vector<PostgresStatement> WordCommit(absl::Span<const std::string> prefixes,
                                          absl::Span<const Write> writes) {
  std::vector<PostgresStatement> out;
  for (const std::string& prefix : prefixes) RemovePrefix(prefix, out);
  std::vector<const Write*> sorted;
  sorted.reserve(writes.size());
  for (const Write& write : writes) sorted.push_back(&write);
  const auto by_key = [](const Write* a, const Write* b) { return a->key < b->key; };
  if (!absl::c_is_sorted(sorted, by_key)) absl::c_stable_sort(sorted, by_key);
  CommitRows rows;
  for (size_t i = 0; i < sorted.size();) {
    const Write& first = *sorted[i];
    while (++i < sorted.size() && sorted[i]->key == first.key) {
    }
    rows.Add({.place = PlaceOf(first.key), .value = &sorted[i - 1]->value, .found = &first.found});
  }
  std::move(rows).TakeInto(out);
  return out;
}

size_t BytesOf(absl::Span<const Write> writes) {
  size_t bytes = 0;
  for (const Write& write : writes) {
    bytes += write.key.size() + (write.value ? write.value->size() : 0);
  }
  return bytes;
}

}  // namespace storage
