// Where in the database a key is kept: which table, and the columns that name its row. Whatever is
// no key of a table's own form lies in `entry` under its bytes, so that every key has one place.
// Private to this room.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace storage {

enum class PostgresTable { kShadow, kHistory, kJournal, kMeta, kEntry };
inline constexpr int kPostgresTables = 5;

// The views point into the key.
struct PostgresPlace {
  PostgresTable table = PostgresTable::kEntry;
  absl::string_view thing{};  // of shadow and history
  absl::string_view name{};   // the same; of meta
  absl::string_view lane{};   // of history: its letter
  int64_t change = 0;       // of history: the change number, negative, so that the newest is first
  absl::string_view key{};  // of journal and entry
};

PostgresPlace PlaceOf(absl::string_view key);

// The key that a place was made from.
std::string KeyOf(const PostgresPlace& place);

// Whether any key that begins with `prefix` can lie in the table.
bool MayHold(PostgresTable table, absl::string_view prefix);

// Where the keys from one on begin in a table.
struct PostgresBound {
  std::string thing{};
  std::string name{};
  std::string lane{};
  int64_t change = 0;
  std::string key{};
};

// `key` may be any bytes: what PostgreSQL takes for no text is replaced by what is on the same side
// of all that the table holds.
PostgresBound BoundOf(PostgresTable table, absl::string_view key);

// The first key behind all that begin with `prefix`; of an empty one, behind all that are kept.
std::string EndOf(absl::string_view prefix);

}  // namespace storage
