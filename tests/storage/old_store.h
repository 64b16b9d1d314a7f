// Stores as an older program, a newer one or another would leave them, made with RocksDB itself.
#pragma once

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/key.h"
#include "storage/rocksdb/settings.h"
#include "tests/storage/open_store.h"

namespace storage {

// Makes the store in `options.path` with one family and `format` as its number; `entries` are in
// the log.
inline void MakeStoreOfOneFamily(const RocksDbOptions& options, const std::string& format,
                                 const Entries& entries) {
  rocksdb::Options settings = RocksDbSettings(options).records;
  settings.create_if_missing = true;
  rocksdb::DB* made = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(settings, options.path, &made).ok());
  const std::unique_ptr<rocksdb::DB> db(made);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  ASSERT_TRUE(db->Put(synced, std::string(kFormatKey), format).ok());
  for (const auto& [key, value] : entries) ASSERT_TRUE(db->Put(synced, key, value).ok());
}

// Adds a family to a store of one.
inline void AddFamily(const RocksDbOptions& options, const std::string& name) {
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(RocksDbSettings(options).records, options.path, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::ColumnFamilyHandle* family = nullptr;
  ASSERT_TRUE(db->CreateColumnFamily({}, name, &family).ok());
  delete family;
}

// The families of a store that nobody has open, without RocksDB's own.
inline std::vector<std::string> FamiliesIn(const std::string& path) {
  std::vector<std::string> names;
  EXPECT_TRUE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
  std::erase(names, rocksdb::kDefaultColumnFamilyName);
  return names;
}

}  // namespace storage
