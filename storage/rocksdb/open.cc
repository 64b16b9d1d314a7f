#include "storage/rocksdb/open.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/rocksdb/slice.h"
#include "storage/store_folder.h"

namespace storage {
namespace {

constexpr int kFormatWithHistory = 2;  // the first that has a family for it

bool IsLockRefusal(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return absl::StrContains(text, "While lock file") || absl::StrContains(text, "lock hold by");
}

bool IsDamage(const rocksdb::Status& status) {
  const bool lacks_file =
      status.IsPathNotFound() || absl::StrContains(status.ToString(), "No such file");
  return status.IsCorruption() || lacks_file;
}

// What went wrong while it was opened.
absl::Status OpeningError(const rocksdb::Status& status, const std::string& path) {
  if (IsLockRefusal(status)) {
    return absl::UnavailableError(absl::StrCat("the store in ", path,
                                               " is open in another process: stop that one, or "
                                               "choose another folder"));
  }
  if (IsDamage(status)) {
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

absl::StatusOr<std::vector<std::string>> FamilyNames(const StoreSettings& settings,
                                                     const std::string& path) {
  std::vector<std::string> names;
  const auto status = rocksdb::DB::ListColumnFamilies(settings.records, path, &names);
  if (!status.ok()) return OpeningError(status, path);
  return names;
}

// What RocksDB is told of the families to open, and what it gives.
struct Families {
  Families(const StoreSettings& settings, bool with_history) {
    descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, settings.records);
    if (with_history) descriptors.emplace_back(kHistoryFamily, settings.history);
  }

  RocksDbHandle Handle(rocksdb::DB* db) const {
    return std::make_unique<RocksDbDatabase>(db, handles[0],
                                             handles.size() > 1 ? handles[1] : nullptr);
  }

  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
};

rocksdb::Status OpenToRead(const StoreSettings& settings, const std::string& path,
                           Families& families, RocksDbHandle& out) {
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::OpenForReadOnly(settings.records, path, families.descriptors,
                                             &families.handles, &db);
  if (status.ok()) out = families.Handle(db);
  return status;
}

// Of a store with a damaged file: is it one of history alone? Only to be read a database can be
// opened without one of its families, to be written it cannot.
bool RecordsAreWhole(const StoreSettings& settings, const std::string& path) {
  Families records(settings, false);
  RocksDbHandle db;
  return OpenToRead(settings, path, records, db).ok();
}

absl::StatusOr<RocksDbHandle> WithFormat(absl::StatusOr<RocksDbHandle> db,
                                         const std::string& path) {
  if (!db.ok()) return db;
  const auto format = ReadStoreFormat(***db, path);
  if (!format.ok() && !absl::IsNotFound(format.status())) return format.status();
  if (format.ok() && *format == kStoreFormat) return db;
  const auto written = WriteFormat(***db);
  if (!written.ok()) return FromRocksDb(written, "write to", path);
  return db;
}

absl::StatusOr<HistoryFloors> ReadFloors(rocksdb::DB& db, const std::string& path) {
  std::string text;
  const auto status = db.Get(rocksdb::ReadOptions(), Slice(kFloorsKey), &text);
  if (status.IsNotFound()) return HistoryFloors{};
  if (!status.ok()) return OpeningError(status, path);
  auto floors = DecodeFloors(text);
  if (floors.ok()) return floors;
  return absl::Status(
      floors.status().code(),
      absl::StrCat("the store in ", path, ": ", floors.status().message(), "; ", kRefusalAdvice));
}

// Of a folder that nobody has open.
absl::StatusOr<FoundStore> Look(const StoreSettings& settings, const std::string& path) {
  auto db = OpenForReading(settings, path);
  if (!db.ok()) return db.status();
  auto format = ReadStoreFormat(***db, path);
  if (absl::IsNotFound(format.status())) {
    return absl::FailedPreconditionError(format.status().message());
  }
  if (!format.ok()) return format.status();
  const auto names = FamilyNames(settings, path);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (name == rocksdb::kDefaultColumnFamilyName || name == kHistoryFamily) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the database in ", path, " is not made for this program: it has a column ",
                     "family ", name, "; ", kRefusalAdvice));
  }
  if (*format >= kFormatWithHistory && (*db)->history() == nullptr) {
    return absl::DataLossError(absl::StrCat("the store in ", path,
                                            " is damaged: its column family ", kHistoryFamily,
                                            " is missing; ", kRefusalAdvice));
  }
  const auto floors = ReadFloors(***db, path);
  if (!floors.ok()) return floors.status();
  return FoundStore{*format, *floors};
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

absl::StatusOr<RocksDbHandle> OpenForReading(const StoreSettings& settings,
                                             const std::string& path) {
  const auto names = FamilyNames(settings, path);
  if (!names.ok()) return names.status();
  Families families(settings, absl::c_linear_search(*names, kHistoryFamily));
  RocksDbHandle db;
  const auto status = OpenToRead(settings, path, families, db);
  if (status.ok()) return db;
  if (!IsDamage(status) || !RecordsAreWhole(settings, path)) return OpeningError(status, path);
  return absl::DataLossError(
      absl::StrCat("the history of the store in ", path, " is damaged: ", status.ToString(),
                   "; the shadows beside it are not, but a store is opened whole or not at all; ",
                   kRefusalAdvice));
}

absl::StatusOr<RocksDbHandle> OpenForWriting(const StoreSettings& settings,
                                             const std::string& path) {
  Families families(settings, true);
  rocksdb::DB* db = nullptr;
  const auto status =
      rocksdb::DB::Open(settings.records, path, families.descriptors, &families.handles, &db);
  if (!status.ok()) return OpeningError(status, path);
  settings.logs->Watch(db);
  return families.Handle(db);
}

absl::StatusOr<RocksDbHandle> MakeRocksDb(const StoreSettings& settings, const std::string& path) {
  StoreSettings making = settings;
  making.records.create_if_missing = true;
  making.records.create_missing_column_families = true;
  return WithFormat(OpenForWriting(making, path), path);
}

absl::StatusOr<RocksDbHandle> UpgradeRocksDb(const StoreSettings& settings,
                                             const std::string& path) {
  StoreSettings making = settings;
  making.records.create_missing_column_families = true;
  return WithFormat(OpenForWriting(making, path), path);
}

absl::StatusOr<int> ReadStoreFormat(rocksdb::DB& db, const std::string& path) {
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
  if (format <= kStoreFormat) return format;
  return absl::FailedPreconditionError(absl::StrCat(
      "the store in ", path, " has format ", format, ", this program knows format ", kStoreFormat,
      ": use the version that made it, or a newer one; nothing was changed"));
}

rocksdb::Status WriteFormat(rocksdb::DB& db) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return db.Put(synced, Slice(kFormatKey), absl::StrCat(kStoreFormat));
}

absl::StatusOr<FoundStore> LookAtRocksDb(const StoreSettings& settings, const std::string& path) {
  rocksdb::Env* const env = settings.records.env;
  const std::string lock_path = absl::StrCat(path, "/LOCK");
  rocksdb::FileLock* lock = nullptr;
  if (env->FileExists(lock_path).ok()) {  // else nobody has it open
    const auto status = env->LockFile(lock_path, &lock);
    if (!status.ok()) return OpeningError(status, path);
  }
  auto found = Look(settings, path);
  if (lock != nullptr) env->UnlockFile(lock).PermitUncheckedError();
  return found;
}

}  // namespace storage
