#include "storage/rocksdb/store.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "storage/key.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/open.h"
#include "storage/rocksdb/probe.h"
#include "storage/rocksdb/settings.h"
#include "storage/rocksdb/slice.h"
#include "storage/store_folder.h"
#include "storage/stranger.h"

namespace storage {
namespace {

constexpr int kBackUpAttempts = 3;

absl::Status NoStore(const std::string& path) {
  return absl::NotFoundError(absl::StrCat("there is no store in ", path));
}

class RocksDbStore : public Store {
 public:
  // `settings` are those that `db` was opened with, watched by `probe`.
  RocksDbStore(const std::string& path, const StoreSettings& settings,
               std::unique_ptr<RocksDbProbe> probe, RocksDbHandle db)
      : path_(path), settings_(settings), probe_(std::move(probe)), db_(std::move(db)) {}

  absl::Status Read(absl::Span<const std::string> keys,
                    std::vector<std::optional<std::string>>& values) const override {
    absl::ReaderMutexLock lock(&handle_mutex_);
    if (db_ == nullptr) return Health();
    values.assign(keys.size(), std::nullopt);
    if (keys.empty()) return absl::OkStatus();

    const RocksDbDatabase& db = *db_;
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    for (const std::string& key : keys) families.push_back(db.FamilyOf(key));
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    if (keys.size() == 1) {
      statuses[0] = db->Get(rocksdb::ReadOptions(), families[0], slices[0], &found[0]);
    } else {
      db->MultiGet(rocksdb::ReadOptions(), keys.size(), families.data(), slices.data(),
                   found.data(), statuses.data());
    }
    for (size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      if (!statuses[i].ok()) return FromRocksDb(statuses[i], "read from", path_);
      values[i] = found[i].ToString();
    }
    return absl::OkStatus();
  }

  absl::Status Scan(
      absl::string_view prefix, absl::string_view after,
      const std::function<bool(absl::string_view, absl::string_view)>& visit) const override {
    absl::ReaderMutexLock lock(&handle_mutex_);
    if (db_ == nullptr) return Health();
    rocksdb::ReadOptions options;
    options.fill_cache = false;  // a long listing must not push out what devices are using
    EntriesInOrder entry(*db_, options, prefix, std::max(prefix, after));
    for (; entry.Valid(); entry.Next()) {
      const absl::string_view key = View(entry->key());
      if (key == after) continue;
      if (!absl::StartsWith(key, prefix) || !visit(key, View(entry->value()))) break;
    }
    return FromRocksDb(entry.status(), "read from", path_);
  }

  absl::Status Commit(absl::Span<const Write> writes, Durability durability) override {
    return Replace({}, writes, durability);
  }

  absl::Status Replace(absl::Span<const std::string> prefixes, absl::Span<const Write> writes,
                       Durability durability) override {
    if (!absl::c_all_of(prefixes, IsRemovable)) return NotRemovable();
    absl::ReaderMutexLock lock(&handle_mutex_);
    if (auto health = Health(); !health.ok()) return health;
    const RocksDbDatabase& db = *db_;
    rocksdb::WriteBatch batch;
    for (const std::string& prefix : prefixes) {
      std::string end = prefix;
      ++end.back();
      const auto status = batch.DeleteRange(db.FamilyOf(prefix), prefix, end);
      if (!status.ok()) return FromRocksDb(status, "word a commit to", path_);
      if (absl::StartsWith(prefix, kHistoryPrefix)) has_removed_ = true;
    }
    for (const Write& write : writes) {
      auto* const family = db.FamilyOf(write.key);
      const auto status = write.value ? batch.Put(family, write.key, *write.value)
                                      : batch.Delete(family, write.key);
      if (!status.ok()) return FromRocksDb(status, "word a commit to", path_);
    }
    return WriteOut(batch, durability);
  }

  absl::Status Sync() override {
    absl::ReaderMutexLock lock(&handle_mutex_);
    if (auto health = Health(); !health.ok()) return health;
    const FsyncTimer timer;
    const auto status = (*db_)->SyncWAL();
    probe_->AddFsync(timer.elapsed_us());
    return Remember(FromRocksDb(status, "sync", path_));
  }

  HistoryFloors Floors() const override { return settings_.trim->floors(); }

  absl::Status RaiseFloors(const HistoryFloors& floors) override {
    const HistoryFloors raised = settings_.trim->Raised(floors);
    if (raised == Floors()) return absl::OkStatus();
    absl::Status status =
        Commit({{std::string(kFloorsKey), EncodeFloors(raised)}}, Durability::kSync);
    if (status.ok()) settings_.trim->Raise(raised);
    return status;
  }

  // What was removed is in the records' log, too.
  absl::Status CompactHistory(std::atomic<bool>& stop) override {
    absl::ReaderMutexLock lock(&handle_mutex_);
    if (auto health = Health(); !health.ok()) return health;
    const RocksDbDatabase& db = *db_;
    const bool removed = has_removed_.exchange(false);
    rocksdb::Status status;
    if (removed) status = db->Flush(rocksdb::FlushOptions(), db.FamiliesOf(""));
    rocksdb::CompactRangeOptions options = WholeRange();
    options.canceled = &stop;
    if (status.ok()) {
      status = db->CompactRange(options, db.FamilyOf(kHistoryPrefix), nullptr, nullptr);
    }
    if (removed && !status.ok()) has_removed_ = true;
    if (status.IsManualCompactionPaused()) return absl::CancelledError("told to stop");
    return FromRocksDb(status, "compact the history of", path_);
  }

  Statistics ReadStatistics() const override {
    absl::ReaderMutexLock lock(&handle_mutex_);
    Statistics statistics = probe_->Read(db_.get(), path_);
    if (has_removed_) statistics.history.has_removed = true;
    return statistics;
  }

  absl::Status BackUp(const std::string& path) const override {
    absl::ReaderMutexLock lock(&handle_mutex_);
    if (db_ == nullptr) return Health();
    // RocksDB leaves an empty log out of a copy, and without one a store counts as damaged. What is
    // written here keeps it from being empty, unless a new one is begun just then.
    absl::Status status;
    for (int attempt = 0; attempt < kBackUpAttempts; ++attempt) {
      status = FromRocksDb(WriteFormat(**db_), "write to", path_);
      if (status.ok()) status = BackUpRocksDb(**db_, path);
      if (!status.ok()) return status;
      status = LookIntoFolder(path).status();
      if (status.ok()) return status;
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
    return status;
  }

  absl::Status Health() const override {
    absl::MutexLock lock(&failure_mutex_);
    return failure_;
  }

  // Steps: is there room at all; then what RocksDB offers, proven by a synced write; then a new
  // handle, which reads everything back from the files and leaves a torn end of the log behind.
  absl::Status Recover() override {
    if (Health().ok()) return absl::OkStatus();
    if (auto room = HasRoom(path_, RoomNeeded()); !room.ok()) return room;
    EndCompactHistory();
    absl::MutexLock lock(&handle_mutex_);
    if (db_ != nullptr && (*db_)->Resume().ok() && WriteFormat(**db_).ok()) {
      (*db_)->EnableManualCompaction();
    } else if (auto reopened = Reopen(); !reopened.ok()) {
      return reopened;
    }
    absl::MutexLock failure_lock(&failure_mutex_);
    failure_ = absl::OkStatus();
    return absl::OkStatus();
  }

  absl::Status Compact() {
    absl::ReaderMutexLock lock(&handle_mutex_);
    rocksdb::Status status;
    for (auto* const family : db_->FamiliesOf("")) {
      if (status.ok()) status = (*db_)->CompactRange(WholeRange(), family, nullptr, nullptr);
    }
    return Remember(FromRocksDb(status, "compact", path_));
  }

 private:
  static rocksdb::CompactRangeOptions WholeRange() {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    return options;
  }

  absl::Status WriteOut(rocksdb::WriteBatch& batch, Durability durability)
      ABSL_SHARED_LOCKS_REQUIRED(handle_mutex_) {
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::kSync;
    const FsyncTimer timer;
    const auto status = (*db_)->Write(options, &batch);
    if (options.sync) probe_->AddFsync(timer.elapsed_us());
    return Remember(FromRocksDb(status, "commit to", path_));
  }

  // Who waits for the handle alone keeps everybody else from it.
  void EndCompactHistory() {
    absl::ReaderMutexLock lock(&handle_mutex_);
    if (db_ != nullptr) (*db_)->DisableManualCompaction();
  }

  size_t RoomNeeded() const {
    return settings_.records.write_buffer_size + settings_.history.write_buffer_size;
  }

  // Readers keep a handle that only reads where one for writing cannot be had.
  absl::Status Reopen() ABSL_EXCLUSIVE_LOCKS_REQUIRED(handle_mutex_) {
    settings_.logs->Watch(nullptr);
    db_.reset();
    auto writing = OpenForWriting(settings_, path_);
    absl::Status status = writing.status();
    if (status.ok()) {
      db_ = *std::move(writing);
      status = FromRocksDb(WriteFormat(**db_), "commit to", path_);
    } else if (auto reading = OpenForReading(settings_, path_); reading.ok()) {
      db_ = *std::move(reading);
    }
    return status;
  }

  // The first failure stays until Recover.
  absl::Status Remember(absl::Status status) {
    if (status.ok()) return status;
    absl::MutexLock lock(&failure_mutex_);
    failure_.Update(status);
    return failure_;
  }

  const std::string path_;
  const StoreSettings settings_;
  const std::unique_ptr<RocksDbProbe> probe_;
  std::atomic<bool> has_removed_ = false;  // since the last CompactHistory
  mutable absl::Mutex
      handle_mutex_;  // shared by whatever uses the handle, held alone to replace it
  RocksDbHandle db_
      ABSL_GUARDED_BY(handle_mutex_);  // null: it can be opened in no way; not healthy then
  mutable absl::Mutex failure_mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(failure_mutex_);
};

absl::StatusOr<std::unique_ptr<RocksDbStore>> OpenExisting(const RocksDbOptions& options) {
  StoreSettings settings = RocksDbSettings(options);
  const auto found = LookAtRocksDb(settings, options.path);
  if (!found.ok()) return found.status();
  settings.trim->Raise(found->floors);
  auto probe = std::make_unique<RocksDbProbe>(settings);
  auto db = found->format == kStoreFormat ? OpenForWriting(settings, options.path)
                                          : UpgradeRocksDb(settings, options.path);
  if (!db.ok()) return db.status();
  return std::make_unique<RocksDbStore>(options.path, settings, std::move(probe), *std::move(db));
}

absl::StatusOr<std::unique_ptr<RocksDbStore>> Make(const RocksDbOptions& options) {
  if (auto status = BeginFolder(options.path); !status.ok()) return status;
  StoreSettings settings = RocksDbSettings(options);
  auto probe = std::make_unique<RocksDbProbe>(settings);
  auto db = MakeRocksDb(settings, options.path);
  if (!db.ok()) return db.status();
  if (auto status = FinishFolder(options.path); !status.ok()) return status;
  return std::make_unique<RocksDbStore>(options.path, settings, std::move(probe), *std::move(db));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDb(const RocksDbOptions& options) {
  if (geteuid() == 0) {
    if (auto own = RefuseStranger(options.path); !own.ok()) return own;
  }
  const auto state = LookIntoFolder(options.path);
  if (!state.ok()) return state.status();
  return *state == FolderState::kHoldsStore ? OpenExisting(options) : Make(options);
}

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbForReading(const RocksDbOptions& options) {
  const auto state = LookIntoFolder(options.path);
  if (!state.ok()) return state.status();
  if (*state != FolderState::kHoldsStore) return NoStore(options.path);
  StoreSettings settings = RocksDbSettings(options);
  const auto found = LookAtRocksDb(settings, options.path);
  if (!found.ok()) return found.status();
  settings.trim->Raise(found->floors);
  auto probe = std::make_unique<RocksDbProbe>(settings);
  auto db = OpenForReading(settings, options.path);
  if (!db.ok()) return db.status();
  return std::make_unique<RocksDbStore>(options.path, settings, std::move(probe), *std::move(db));
}

absl::Status CompactRocksDb(const RocksDbOptions& options) {
  const auto state = LookIntoFolder(options.path);
  if (!state.ok()) return state.status();
  if (*state != FolderState::kHoldsStore) return NoStore(options.path);
  auto store = OpenExisting(options);
  return store.ok() ? (*store)->Compact() : store.status();
}

}  // namespace storage
