#include "storage/rocksdb/backup.h"

#include <fcntl.h>
#include <rocksdb/utilities/checkpoint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <limits>
#include <memory>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "storage/store_folder.h"
#include "storage/stranger.h"

namespace storage {
namespace {

namespace fs = std::filesystem;

absl::Status BackUpFailure(int error, const fs::path& path) {
  return absl::ErrnoToStatus(error, absl::StrCat("cannot back up to ", path.string()));
}

// Makes the folder `copy`, which becomes `path`.
absl::Status Copy(rocksdb::DB& db, const fs::path& copy, const fs::path& path) {
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&db, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // The log is copied however long it is: a store without a log is taken for a damaged one, and
  // nothing has to be flushed.
  constexpr uint64_t kNeverFlush = std::numeric_limits<uint64_t>::max();
  if (status.ok()) status = checkpoint->CreateCheckpoint(copy.string(), kNeverFlush);
  if (status.ok()) return absl::OkStatus();
  const std::string text =
      absl::StrCat("cannot back up to ", path.string(), ": ", status.ToString());
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(text);
  if (status.IsCorruption()) return absl::DataLossError(text);
  return absl::InternalError(text);
}

// Takes from all but the owner what they may do with the folder and with its files, which are the
// store's own where they are shared with it.
absl::Status CloseToOthers(const fs::path& folder) {
  std::error_code error;
  constexpr auto kOthers = fs::perms::group_all | fs::perms::others_all;
  fs::permissions(folder, kOthers, fs::perm_options::remove, error);
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    fs::permissions(entry->path(), kOthers, fs::perm_options::remove, error);
    if (error) break;
  }
  return error ? BackUpFailure(error.value(), folder) : absl::OkStatus();
}

}  // namespace

absl::Status BackUpRocksDb(rocksdb::DB& db, const std::string& path) {
  const fs::path target = (fs::absolute(path) / "").parent_path();
  std::error_code error;
  if (fs::exists(fs::symlink_status(target, error))) {
    return absl::AlreadyExistsError(
        absl::StrCat(target.string(), " is there already: name a folder that is to be made"));
  }
  const std::string parent = target.parent_path().string();
  if (absl::Status own = RefuseStranger(parent); !own.ok()) return own;
  // It grows where nobody else can look or reach, and comes out when it is whole.
  std::string closed = target.string() + ".XXXXXX";
  if (mkdtemp(closed.data()) == nullptr) return BackUpFailure(errno, target);
  const absl::Cleanup removed = [&] { fs::remove_all(closed, error); };
  const fs::path copy = fs::path(closed) / target.filename();
  absl::Status status = Copy(db, copy, target);
  if (status.ok()) status = CloseToOthers(copy);
  if (!status.ok()) return status;
  if (renameat2(AT_FDCWD, copy.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
    return BackUpFailure(errno, target);
  }
  return SyncFolder(parent);
}

}  // namespace storage
