#include "storage/rocksdb_open.h"

#include <rocksdb/env.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/rocksdb_slice.h"
#include "storage/store_folder.h"

namespace storage {
namespace {

bool IsLockRefusal(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return absl::StrContains(text, "While lock file") || absl::StrContains(text, "lock hold by");
}

// What went wrong while it was opened.
absl::Status OpeningError(const rocksdb::Status& status, const std::string& path) {
  if (IsLockRefusal(status)) {
    return absl::UnavailableError(absl::StrCat("the store in ", path,
                                               " is open in another process: stop that one, or "
                                               "choose another folder"));
  }
  const bool lacks_file =
      status.IsPathNotFound() || absl::StrContains(status.ToString(), "No such file");
  if (status.IsCorruption() || lacks_file) {
    return absl::DataLossError(absl::StrCat(
        "the store in ", path, " is damaged: ", status.ToString(), "; ", kRefusalAdvice));
  }
  if (status.IsInvalidArgument() || status.IsNotSupported()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database in ", path, " is not made for this program: ", status.ToString(),
                     "; ", kRefusalAdvice));
  }
  return FromRocksDb(status, "open", path);
}

}  // namespace

absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view doing,
                         const std::string& path) {
  if (status.ok()) return absl::OkStatus();
  const std::string text =
      absl::StrCat("cannot ", doing, " the store in ", path, ": ", status.ToString());
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(text);
  if (status.IsCorruption()) return absl::DataLossError(text);
  return absl::InternalError(text);
}

absl::StatusOr<RocksDbHandle> OpenForReading(const rocksdb::Options& settings,
                                             const std::string& path) {
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(settings, path, &db);
  if (!status.ok()) return OpeningError(status, path);
  return RocksDbHandle(db);
}

absl::StatusOr<RocksDbHandle> OpenForWriting(const rocksdb::Options& settings,
                                             const std::string& path) {
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(settings, path, &db);
  if (!status.ok()) return OpeningError(status, path);
  return RocksDbHandle(db);
}

absl::Status CheckFormat(rocksdb::DB& db, const std::string& path) {
  std::string text;
  const auto status = db.Get(rocksdb::ReadOptions(), Slice(kFormatKey), &text);
  if (status.IsNotFound()) {
    return absl::NotFoundError(absl::StrCat("the database in ", path,
                                            " has no shadow store's format mark: it is another "
                                            "program's, or damaged; ",
                                            kRefusalAdvice));
  }
  if (!status.ok()) return OpeningError(status, path);
  int format;
  if (!absl::SimpleAtoi(text, &format) || format < 1) {
    return absl::DataLossError(absl::StrCat(
        "the store in ", path, " is damaged: its format mark is not a number; ", kRefusalAdvice));
  }
  if (format == kStoreFormat) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the store in ", path, " has format ", format, ", this program knows format ", kStoreFormat,
      ": use the version that made it, or a newer one; nothing was changed"));
}

rocksdb::Status WriteFormat(rocksdb::DB& db) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return db.Put(synced, Slice(kFormatKey), absl::StrCat(kStoreFormat));
}

absl::Status LookAtRocksDb(const rocksdb::Options& settings, const std::string& path) {
  rocksdb::Env* const env = settings.env;
  const std::string lock_path = absl::StrCat(path, "/LOCK");
  rocksdb::FileLock* lock = nullptr;
  if (env->FileExists(lock_path).ok()) {  // else nobody has it open
    const auto status = env->LockFile(lock_path, &lock);
    if (!status.ok()) return OpeningError(status, path);
  }
  auto db = OpenForReading(settings, path);
  absl::Status status = db.ok() ? CheckFormat(**db, path) : db.status();
  if (absl::IsNotFound(status)) status = absl::FailedPreconditionError(status.message());
  if (lock != nullptr) env->UnlockFile(lock).PermitUncheckedError();
  return status;
}

}  // namespace storage
