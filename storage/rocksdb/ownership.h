// Of a store in a folder whoever has it open is the owner, and nobody else can open it: RocksDB's
// lock holds that for as long as the process lives.
#pragma once

#include <memory>

#include "storage/ownership.h"
#include "storage/rocksdb/store.h"

namespace storage {

// Take is OpenRocksDb, with its errors; what is taken holds until the store ends.
std::unique_ptr<Ownership> NewRocksDbOwnership(const RocksDbOptions& options);

}  // namespace storage
