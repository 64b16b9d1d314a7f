// Goes through the keys of a range in their order, over all tables that they may lie in, page by
// page and as the database is at one instant. Private to this room.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/postgres/connection.h"
#include "storage/postgres/place.h"
#include "storage/postgres/readers.h"

namespace storage {

// The rows of one table between two places.
class TableCursor {
 public:
  TableCursor(PostgresTable table, absl::string_view from, absl::string_view end);

  // What has to be asked for when it has run out; nothing is left once IsOver.
  PostgresStatement NextPage() const;
  void Take(PostgresRows rows);

  bool HasRow() const { return row_ < rows_.size(); }
  bool IsOver() const { return is_last_ && !HasRow(); }
  const std::string& key() const { return key_; }
  absl::string_view value() const;
  void Next();

 private:
  void Look();

  const PostgresTable table_;
  const PostgresBound end_;
  PostgresBound next_;  // of the page to come
  PostgresRows rows_{nullptr};
  int row_ = 0;
  int64_t limit_;
  bool is_last_ = false;
  std::string key_;
};

// As Store::Scan.
absl::Status ScanPostgres(
    PostgresReaders& readers, absl::string_view prefix, absl::string_view after,
    const std::function<bool(absl::string_view key, absl::string_view value)>& visit);

}  // namespace storage
