// What RocksDB is told of the history's family, and tells of it. Private to this room.
#pragma once

#include <rocksdb/slice_transform.h>

#include <memory>

#include "storage/history_trim.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/settings.h"
#include "storage/statistics.h"

namespace storage {

// Cuts the change number off a key of history: the next entry of a lane is put right before its
// last one, without a search from the top. What a range of removed keys begins with has no lane and
// takes no part in that: RocksDB 7.8 would search the range's place among the entries.
std::shared_ptr<const rocksdb::SliceTransform> NewLaneExtractor();

// Lets compactions leave out what `settings.trim` says, and note down with each table what is in
// it.
void SetHistoryUpkeep(StoreSettings& settings);

// All but what was dropped. Of tables that cannot be looked at nothing is counted.
void ReadHistory(const RocksDbDatabase& database, HistoryStatistics& out);

}  // namespace storage
