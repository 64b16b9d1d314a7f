// A copy of a database in use, as it is at one instant.
#pragma once

#include <rocksdb/db.h>

#include <string>

#include "absl/status/status.h"

namespace storage {

// Makes the folder `path`, which must not be there (AlreadyExists), and in it a database that holds
// exactly what was committed before some instant during the call. Nobody but its owner can read it,
// folder (0700) or files (0600), and no stranger may have a say over where it is made
// (FailedPrecondition, storage/stranger.h). Tables are shared with `db` by hard links where both
// are on one file system. Commits go on meanwhile. All of it has reached the disk when it returns;
// after an error there is no such folder.
absl::Status BackUpRocksDb(rocksdb::DB& db, const std::string& path);

}  // namespace storage
