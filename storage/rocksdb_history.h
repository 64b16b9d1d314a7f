// What RocksDB is told of the history's family. Private to the storage folder's rocksdb_* files.
#pragma once

#include <rocksdb/slice_transform.h>

#include <memory>

namespace storage {

// Cuts the change number off a key of history: the next entry of a lane is put right before its
// last one, without a search from the top. What a range of removed keys begins with has no lane and
// takes no part in that: RocksDB 7.8 would search the range's place among the entries.
std::shared_ptr<const rocksdb::SliceTransform> NewLaneExtractor();

}  // namespace storage
