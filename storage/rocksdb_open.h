// Database handles, and errors that tell a person what to do. Private to the storage folder's
// rocksdb_* files.
//
// Errors of opening: Unavailable = another process has it open; DataLoss = damaged;
// FailedPrecondition = not a store of this program's format; else as of FromRocksDb.
#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace storage {

using RocksDbHandle = std::unique_ptr<rocksdb::DB>;

// What went wrong while the store was in use: ResourceExhausted = the disk is full; DataLoss =
// damaged; else Internal. `doing`, as in "cannot read from the store in PATH".
absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view doing,
                         const std::string& path);

absl::StatusOr<RocksDbHandle> OpenForReading(const rocksdb::Options& settings,
                                             const std::string& path);
absl::StatusOr<RocksDbHandle> OpenForWriting(const rocksdb::Options& settings,
                                             const std::string& path);

// Is it a store of this program's format? NotFound: no format is written down.
absl::Status CheckFormat(rocksdb::DB& db, const std::string& path);

// A synced write.
rocksdb::Status WriteFormat(rocksdb::DB& db);

// Could it be opened, and is the format ours? Changes nothing, while opening for writing changes
// files even where it fails.
absl::Status LookAtRocksDb(const rocksdb::Options& settings, const std::string& path);

}  // namespace storage
