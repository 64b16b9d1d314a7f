// How RocksDB is set up: for small machines, and to refuse rather than to guess
// (docs/storage-format.md has every setting and why).
#pragma once

#include <rocksdb/options.h>

#include <memory>

#include "storage/history_trim.h"
#include "storage/rocksdb/log_keeper.h"
#include "storage/rocksdb/store.h"

namespace storage {

struct StoreSettings {
  rocksdb::Options records;              // of the database, and of all but the history
  rocksdb::ColumnFamilyOptions history;  // of its family
  std::shared_ptr<HistoryTrim> trim;     // what its compactions leave out
  std::shared_ptr<LogKeeper> logs;       // one of the listeners
};

StoreSettings RocksDbSettings(const RocksDbOptions& options);

}  // namespace storage
