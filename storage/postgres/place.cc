#include "storage/postgres/place.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/key.h"

namespace storage {
namespace {

constexpr absl::string_view kMetaPrefix = "m";
constexpr size_t kChangeBytes = 8;
constexpr uint64_t kChangeMax = std::numeric_limits<int64_t>::max();  // of a column

// Names of things, shadows and lanes, and those in meta, are of these alone: before and behind all
// of them there is room for a bound.
constexpr char kBeforeNames = '\x01';
constexpr char kBehindNames = '\x7F';

// Behind every key: none of ours begins so.
constexpr absl::string_view kBehindKeys("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9);

bool IsNameByte(char c) { return c > kBeforeNames && c < kBehindNames; }

bool IsMetaName(absl::string_view name) {
  for (const char c : name) {
    if (c < 'a' || c > 'z') return false;
  }
  return !name.empty();
}

PostgresPlace HistoryPlace(absl::string_view key) {
  const auto history = ParseHistoryKey(key);
  if (!history || history->change == 0 || history->change > kChangeMax) return {.key = key};
  return {.table = PostgresTable::kHistory,
          .thing = history->id.thing,
          .name = history->id.name,
          .lane = key.substr(key.size() - kChangeBytes - 1, 1),
          .change = -static_cast<int64_t>(history->change)};
}

// The letter that all keys of a table begin with; of the table of all others, none.
absl::string_view LetterOf(PostgresTable table) {
  switch (table) {
    case PostgresTable::kShadow:
      return kRecordPrefix;
    case PostgresTable::kHistory:
      return kHistoryPrefix;
    case PostgresTable::kJournal:
      return kJournalPrefix;
    case PostgresTable::kMeta:
      return kMetaPrefix;
    case PostgresTable::kEntry:
      break;
  }
  return {};
}

std::string TextBound(absl::string_view text) {
  size_t size = 0;
  while (size < text.size() && IsNameByte(text[size])) ++size;
  std::string bound(text.substr(0, size));
  if (size < text.size()) {
    bound.push_back(static_cast<unsigned char>(text[size]) <= kBeforeNames ? kBeforeNames
                                                                           : kBehindNames);
  }
  return bound;
}

// Cuts a name and the 0x00 behind it off.
absl::string_view CutName(absl::string_view& rest) {
  const size_t end = rest.find('\0');
  const absl::string_view name = rest.substr(0, end);
  rest.remove_prefix(end == absl::string_view::npos ? rest.size() : end + 1);
  return name;
}

// `bytes` are what stands behind a lane, or a part of it, or more.
int64_t ChangeBound(absl::string_view bytes) {
  std::string filled(bytes.substr(0, kChangeBytes));
  filled.resize(kChangeBytes, '\0');
  const uint64_t change = ~ReadBigEndian(filled);
  if (change > kChangeMax) return std::numeric_limits<int64_t>::min();
  return (bytes.size() > kChangeBytes ? 1 : 0) - static_cast<int64_t>(change);
}

}  // namespace

PostgresPlace PlaceOf(absl::string_view key) {
  if (const auto id = ParseRecordKey(key)) {
    return {.table = PostgresTable::kShadow, .thing = id->thing, .name = id->name};
  }
  if (absl::StartsWith(key, kHistoryPrefix)) return HistoryPlace(key);
  if (ParseJournalKey(key)) return {.table = PostgresTable::kJournal, .key = key};
  if (absl::StartsWith(key, kMetaPrefix) && IsMetaName(key.substr(1))) {
    return {.table = PostgresTable::kMeta, .name = key.substr(1)};
  }
  return {.key = key};
}

std::string KeyOf(const PostgresPlace& place) {
  switch (place.table) {
    case PostgresTable::kShadow:
      return RecordKey({place.thing, place.name});
    case PostgresTable::kHistory:
      return HistoryKey({place.thing, place.name},
                        static_cast<HistoryLane>(place.lane.empty() ? '\0' : place.lane[0]),
                        -static_cast<uint64_t>(place.change));
    case PostgresTable::kMeta:
      return absl::StrCat(kMetaPrefix, place.name);
    case PostgresTable::kJournal:
    case PostgresTable::kEntry:
      return std::string(place.key);
  }
  return {};
}

bool MayHold(PostgresTable table, absl::string_view prefix) {
  return prefix.empty() || absl::StartsWith(prefix, LetterOf(table));
}

PostgresBound BoundOf(PostgresTable table, absl::string_view key) {
  if (table == PostgresTable::kEntry || table == PostgresTable::kJournal) {
    return {.key = std::string(key)};
  }
  const absl::string_view letter = LetterOf(table);
  if (!absl::StartsWith(key, letter)) {
    const std::string bound(key > letter ? 1 : 0, kBehindNames);
    return {.thing = bound, .name = bound};
  }
  absl::string_view rest = key.substr(1);
  if (table == PostgresTable::kMeta) return {.name = TextBound(rest)};
  PostgresBound bound{.thing = TextBound(CutName(rest))};
  if (table == PostgresTable::kShadow) {
    bound.name = TextBound(rest);
    return bound;
  }
  bound.name = TextBound(CutName(rest));
  bound.lane = TextBound(rest.substr(0, 1));
  bound.change = ChangeBound(rest.substr(std::min<size_t>(1, rest.size())));
  return bound;
}

std::string EndOf(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (end.empty()) return std::string(kBehindKeys);
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace storage
