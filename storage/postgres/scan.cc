#include "storage/postgres/scan.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/postgres/statements.h"

namespace storage {
namespace {

constexpr int64_t kFirstRows = 64;
constexpr int64_t kRowsMax = 4096;
constexpr int64_t kPageBytes = 1 << 20;

constexpr char kAfterName = '\x01';  // no text lies between one and the same with it behind
constexpr char kAfterKey = '\0';     // the same of bytes

PostgresPlace PlaceIn(PostgresTable table, const PostgresRows& rows, int row) {
  switch (table) {
    case PostgresTable::kShadow:
      return {.table = table, .thing = rows.Bytes(row, 0), .name = rows.Bytes(row, 1)};
    case PostgresTable::kHistory:
      return {.table = table,
              .thing = rows.Bytes(row, 0),
              .name = rows.Bytes(row, 1),
              .lane = rows.Bytes(row, 2),
              .change = rows.Number(row, 3)};
    case PostgresTable::kMeta:
      return {.table = table, .name = rows.Bytes(row, 0)};
    case PostgresTable::kJournal:
    case PostgresTable::kEntry:
      return {.table = table, .key = rows.Bytes(row, 0)};
  }
  return {};
}

// The place right behind one.
PostgresBound BoundBehind(const PostgresPlace& place) {
  PostgresBound bound{.thing = std::string(place.thing),
                      .name = std::string(place.name),
                      .lane = std::string(place.lane),
                      .change = place.change,
                      .key = std::string(place.key)};
  switch (place.table) {
    case PostgresTable::kShadow:
    case PostgresTable::kMeta:
      bound.name.push_back(kAfterName);
      break;
    case PostgresTable::kHistory:
      if (bound.change == std::numeric_limits<int64_t>::max()) {
        bound.lane.push_back(kAfterName);
      } else {
        ++bound.change;
      }
      break;
    case PostgresTable::kJournal:
    case PostgresTable::kEntry:
      bound.key.push_back(kAfterKey);
      break;
  }
  return bound;
}

struct PageWords {
  const char* sql;
  int value;  // the column
};

PageWords WordsOf(PostgresTable table) {
  switch (table) {
    case PostgresTable::kShadow:
      return {kScanRecords, 2};
    case PostgresTable::kHistory:
      return {kScanHistory, 4};
    case PostgresTable::kMeta:
      return {kScanMeta, 1};
    case PostgresTable::kJournal:
      return {kScanJournal, 1};
    case PostgresTable::kEntry:
      break;
  }
  return {kScanEntries, 1};
}

void AppendBound(PostgresTable table, const PostgresBound& bound, std::vector<std::string>& out) {
  switch (table) {
    case PostgresTable::kShadow:
      out.insert(out.end(), {bound.thing, bound.name});
      break;
    case PostgresTable::kHistory:
      out.insert(out.end(), {bound.thing, bound.name, bound.lane, PostgresNumber(bound.change)});
      break;
    case PostgresTable::kMeta:
      out.push_back(bound.name);
      break;
    case PostgresTable::kJournal:
    case PostgresTable::kEntry:
      out.push_back(bound.key);
      break;
  }
}

// Gives a session back only when no transaction is open in it.
class ScanSession {
 public:
  explicit ScanSession(PostgresReaders& readers) : readers_(readers) {}
  ScanSession(const ScanSession&) = delete;
  ScanSession& operator=(const ScanSession&) = delete;
  ~ScanSession() {
    if (is_well_ && !connection_->Run({{{kEndScan}}}, readers_.Deadline()).failure) {
      readers_.GiveBack(std::move(connection_));
    }
  }

  // Waits for a database that is away: nothing has been read yet.
  absl::Status Begin(const std::vector<PostgresStatement>& statements, PostgresOutcome& outcome) {
    const PostgresDeadline deadline = readers_.Deadline();
    for (;;) {
      auto connection = readers_.Borrow();
      if (!connection.ok()) return connection.status();
      connection_ = *std::move(connection);
      outcome = Run(statements);
      if (!outcome.failure) return absl::OkStatus();
      if (!outcome.failure->lost || !WaitForDatabase(deadline)) {
        return FromPostgres(*outcome.failure, "read from");
      }
    }
  }

  PostgresOutcome Run(const std::vector<PostgresStatement>& statements) {
    PostgresOutcome outcome = connection_->Run(statements, readers_.Deadline());
    is_well_ = !outcome.failure;
    return outcome;
  }

 private:
  PostgresReaders& readers_;
  std::unique_ptr<PostgresConnection> connection_;
  bool is_well_ = false;
};

// The one whose key comes first; null: none has any.
TableCursor* FirstOf(std::vector<TableCursor>& cursors) {
  TableCursor* first = nullptr;
  for (TableCursor& cursor : cursors) {
    if (cursor.HasRow() && (first == nullptr || cursor.key() < first->key())) first = &cursor;
  }
  return first;
}

}  // namespace

TableCursor::TableCursor(PostgresTable table, absl::string_view from, absl::string_view end)
    : table_(table), end_(BoundOf(table, end)), next_(BoundOf(table, from)), limit_(kFirstRows) {}

PostgresStatement TableCursor::NextPage() const {
  PostgresStatement statement{WordsOf(table_).sql};
  AppendBound(table_, next_, statement.parameters);
  AppendBound(table_, end_, statement.parameters);
  statement.parameters.push_back(PostgresNumber(limit_));
  return statement;
}

void TableCursor::Take(PostgresRows rows) {
  rows_ = std::move(rows);
  row_ = 0;
  is_last_ = rows_.size() < limit_;
  if (rows_.size() > 0) {
    next_ = BoundBehind(PlaceIn(table_, rows_, rows_.size() - 1));
    int64_t bytes = 1;
    for (int row = 0; row < rows_.size(); ++row) {
      bytes += static_cast<int64_t>(rows_.Bytes(row, WordsOf(table_).value).size());
    }
    limit_ = std::clamp<int64_t>(kPageBytes * rows_.size() / bytes, 1, kRowsMax);
  }
  Look();
}

void TableCursor::Look() {
  if (HasRow()) key_ = KeyOf(PlaceIn(table_, rows_, row_));
}

void TableCursor::Next() {
  ++row_;
  Look();
}

absl::string_view TableCursor::value() const { return rows_.Bytes(row_, WordsOf(table_).value); }

absl::Status ScanPostgres(
    PostgresReaders& readers, absl::string_view prefix, absl::string_view after,
    const std::function<bool(absl::string_view key, absl::string_view value)>& visit) {
  const std::string behind = absl::StrCat(after, absl::string_view(&kAfterKey, 1));
  const absl::string_view from = prefix > after ? prefix : absl::string_view(behind);
  const std::string end = EndOf(prefix);
  std::vector<TableCursor> cursors;
  std::vector<PostgresStatement> pages = {{kBeginScan}};
  for (int i = 0; i < kPostgresTables; ++i) {
    const auto table = static_cast<PostgresTable>(i);
    if (!MayHold(table, prefix)) continue;
    cursors.emplace_back(table, from, end);
    pages.push_back(cursors.back().NextPage());
  }
  ScanSession session(readers);
  PostgresOutcome outcome;
  if (auto begun = session.Begin(pages, outcome); !begun.ok()) return begun;
  for (size_t i = 0; i < cursors.size(); ++i) cursors[i].Take(std::move(outcome.rows[i + 1]));
  while (TableCursor* const cursor = FirstOf(cursors)) {
    // A database may hold names that no key of ours has, and no place of ours is exact for.
    const std::string& key = cursor->key();
    const bool is_asked_for = absl::StartsWith(key, prefix) && key > after;
    if (is_asked_for && !visit(key, cursor->value())) break;
    cursor->Next();
    if (cursor->HasRow() || cursor->IsOver()) continue;
    outcome = session.Run({cursor->NextPage()});
    if (outcome.failure) return FromPostgres(*outcome.failure, "read from");
    cursor->Take(std::move(outcome.rows[0]));
  }
  return absl::OkStatus();
}

}  // namespace storage
