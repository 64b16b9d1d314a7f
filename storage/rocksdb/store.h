// The durable store: RocksDB set up for small machines and for never losing what was accepted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/history_bounds.h"
#include "storage/store.h"

namespace rocksdb {
class Env;
}

namespace storage {

struct RocksDbOptions {
  std::string path;  // a folder of the store's own; made if it is not there
  size_t block_cache_bytes = 32u << 20;
  size_t write_buffer_bytes = 32u << 20;   // one memtable; at most two are held
  size_t history_buffer_bytes = 8u << 20;  // the same of the history
  size_t wal_bytes_max = 64u << 20;        // older logs are flushed away beyond it
  int open_files_max = 256;
  size_t info_log_bytes_max = 1u << 20;  // RocksDB's own LOG file, per file
  size_t info_logs_kept = 4;
  std::function<int64_t()> now{};             // epoch seconds, for what expires; any thread
  HistoryBounds history = kUnboundedHistory;  // what compactions leave out by themselves
  rocksdb::Env* env = nullptr;  // outlives the store; null: the operating system's. For tests
};

// Opens the store, or makes one where the folder is missing or empty. Never makes one over existing
// files: damage, a foreign folder or a newer format is an error that says what was found and what
// to do (DataLoss, FailedPrecondition), and changes nothing. Root is refused where somebody else
// has a say over the folder (FailedPrecondition). Unavailable: another process has it open.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDb(const RocksDbOptions& options);

// Opens a store that nobody has open without changing a byte of it; commits fail. NotFound: there
// is none; else errors as above.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbForReading(const RocksDbOptions& options);

// Rewrites the whole store, which must not be open: what was overwritten, removed or has expired
// (by options.now) takes no room after it. NotFound: there is none; else errors as above.
absl::Status CompactRocksDb(const RocksDbOptions& options);

}  // namespace storage
