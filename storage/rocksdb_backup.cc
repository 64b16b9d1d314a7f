#include "storage/rocksdb_backup.h"

#include <rocksdb/utilities/checkpoint.h>

#include <filesystem>
#include <limits>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace storage {

absl::Status BackUpRocksDb(rocksdb::DB& db, const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is there already: name a folder that is to be made"));
  }
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&db, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // The log is copied however long it is: a store without a log is taken for a damaged one, and
  // nothing has to be flushed.
  constexpr uint64_t kNeverFlush = std::numeric_limits<uint64_t>::max();
  if (status.ok()) status = checkpoint->CreateCheckpoint(path, kNeverFlush);
  if (status.ok()) return absl::OkStatus();
  const std::string text = absl::StrCat("cannot back up to ", path, ": ", status.ToString());
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(text);
  if (status.IsCorruption()) return absl::DataLossError(text);
  return absl::InternalError(text);
}

}  // namespace storage
