// Opening databases, and errors that tell a person what to do. Private to this room.
//
// Errors of opening: Unavailable = another process has it open; DataLoss = damaged;
// FailedPrecondition = not a store of this program's format; else as of FromRocksDb.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/history_bounds.h"
#include "storage/key.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/settings.h"

namespace storage {

// What went wrong while the store was in use: ResourceExhausted = the disk is full; DataLoss =
// damaged; else Internal. `doing`, as in "cannot read from the store in PATH".
absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view doing,
                         const std::string& path);

// Of any format that this program knows; changes nothing.
absl::StatusOr<RocksDbHandle> OpenForReading(const StoreSettings& settings,
                                             const std::string& path);

// Of this program's format.
absl::StatusOr<RocksDbHandle> OpenForWriting(const StoreSettings& settings,
                                             const std::string& path);

// Makes a store, or goes on with making one.
absl::StatusOr<RocksDbHandle> MakeRocksDb(const StoreSettings& settings, const std::string& path);

// Brings a store of an older format to this program's: makes the family, then writes the number. If
// that is interrupted, the store is as it was, or has a family more, with which an older program
// refuses it, too; the next call goes on.
absl::StatusOr<RocksDbHandle> UpgradeRocksDb(const StoreSettings& settings,
                                             const std::string& path);

// The format of a store, this program's or an older one. NotFound: none is written down.
absl::StatusOr<int> ReadStoreFormat(rocksdb::DB& db, const std::string& path);

// A synced write of this program's.
rocksdb::Status WriteFormat(rocksdb::DB& db);

struct FoundStore {
  int format = kStoreFormat;
  HistoryFloors floors{};
};

// Could it be opened, and what must be known before it is? Changes nothing, while opening for
// writing changes files even where it fails.
absl::StatusOr<FoundStore> LookAtRocksDb(const StoreSettings& settings, const std::string& path);

}  // namespace storage
