#include "storage/postgres/read.h"

#include <array>
#include <utility>

#include "storage/postgres/place.h"
#include "storage/postgres/statements.h"

namespace storage {
namespace {

// By table: shadow, history, journal, meta, entry.
constexpr std::array<const char*, kPostgresTables> kReads = {kReadRecords, kReadHistory,
                                                             kReadJournal, kReadMeta, kReadEntries};

// Of one table: what its statement asks for.
struct Asked {
  PostgresArray thing = PostgresArray::OfText();
  PostgresArray name = PostgresArray::OfText();
  PostgresArray lane = PostgresArray::OfText();
  PostgresArray change = PostgresArray::OfNumbers();
  PostgresArray key = PostgresArray::OfBytes();
  PostgresArray index = PostgresArray::OfNumbers();

  void Add(const PostgresPlace& place, size_t i) {
    switch (place.table) {
      case PostgresTable::kHistory:
        lane.Add(place.lane);
        change.Add(place.change);
        [[fallthrough]];
      case PostgresTable::kShadow:
        thing.Add(place.thing);
        [[fallthrough]];
      case PostgresTable::kMeta:
        name.Add(place.name);
        break;
      case PostgresTable::kJournal:
      case PostgresTable::kEntry:
        key.Add(place.key);
        break;
    }
    index.Add(static_cast<int64_t>(i));
  }

  PostgresStatement Take(const char* sql) && {
    PostgresStatement statement{sql};
    for (PostgresArray* const column : {&thing, &name, &lane, &change, &key, &index}) {
      if (column->size() > 0) statement.parameters.push_back(std::move(*column).Take());
    }
    return statement;
  }
};

}  // namespace

std::vector<PostgresStatement> WordRead(absl::Span<const std::string> keys) {
  std::array<Asked, kPostgresTables> asked;
  for (size_t i = 0; i < keys.size(); ++i) {
    const PostgresPlace place = PlaceOf(keys[i]);
    asked[static_cast<size_t>(place.table)].Add(place, i);
  }
  std::vector<PostgresStatement> out;
  for (size_t table = 0; table < asked.size(); ++table) {
    if (asked[table].index.size() > 0) out.push_back(std::move(asked[table]).Take(kReads[table]));
  }
  return out;
}

void PutRead(const std::vector<PostgresRows>& found,
             std::vector<std::optional<std::string>>& values) {
  for (const PostgresRows& rows : found) {
    for (int row = 0; row < rows.size(); ++row) {
      const auto i = static_cast<uint64_t>(rows.Number(row, 0));
      if (i < values.size()) values[i].emplace(rows.Bytes(row, 1));
    }
  }
}

}  // namespace storage
