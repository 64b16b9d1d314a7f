// An open database and its two column families: the history has one of its own, everything else is
// in the other, RocksDB's "default". Private to this room; above it nobody
// knows of families.
//
// Thread rule: any thread, while it lives.
#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace storage {

inline constexpr char kHistoryFamily[] = "history";

class RocksDbDatabase {
 public:
  // Takes them over. `history` is null for a store of format 1, which has none and is only read: no
  // key of history is found in it.
  RocksDbDatabase(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* records,
                  rocksdb::ColumnFamilyHandle* history)
      : db_(db), records_(records), history_(history) {}

  rocksdb::DB& operator*() const { return *db_; }
  rocksdb::DB* operator->() const { return db_.get(); }

  rocksdb::ColumnFamilyHandle* records() const { return records_.get(); }
  rocksdb::ColumnFamilyHandle* history() const { return history_.get(); }

  // Where `key` is, or the keys that begin with it if it is not empty.
  rocksdb::ColumnFamilyHandle* FamilyOf(absl::string_view key) const;

  // Where keys that begin with `prefix` may be.
  std::vector<rocksdb::ColumnFamilyHandle*> FamiliesOf(absl::string_view prefix) const;

 private:
  // Handles go before the database.
  const std::unique_ptr<rocksdb::DB> db_;
  const std::unique_ptr<rocksdb::ColumnFamilyHandle> records_;
  const std::unique_ptr<rocksdb::ColumnFamilyHandle> history_;
};

// The entries from `begin` on of all families that may hold keys with `prefix`, in the order of
// keys, as they are at one instant. One thread.
class EntriesInOrder {
 public:
  EntriesInOrder(const RocksDbDatabase& db, const rocksdb::ReadOptions& options,
                 absl::string_view prefix, absl::string_view begin);

  bool Valid() const { return next_ != nullptr; }
  void Next();
  const rocksdb::Iterator* operator->() const { return next_; }

  // Why none is left.
  rocksdb::Status status() const { return status_; }

 private:
  void FindNext();

  std::vector<std::unique_ptr<rocksdb::Iterator>> families_;
  rocksdb::Iterator* next_ = nullptr;
  rocksdb::Status status_;
};

using RocksDbHandle = std::unique_ptr<const RocksDbDatabase>;

}  // namespace storage
