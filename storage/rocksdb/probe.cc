#include "storage/rocksdb/probe.h"

#include <rocksdb/iostats_context.h>
#include <rocksdb/listener.h>
#include <rocksdb/statistics.h>

#include <atomic>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/rocksdb/history.h"

namespace storage {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<rocksdb::Statistics> NewCounts() {
  auto counts = rocksdb::CreateDBStatistics();
  // Counted only: a clock read twice for every request would be felt.
  counts->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
  return counts;
}

void ReadCounts(const rocksdb::Statistics& counts, Statistics& out) {
  out.asked_bytes = counts.getTickerCount(rocksdb::BYTES_WRITTEN);
  out.log_bytes = counts.getTickerCount(rocksdb::WAL_FILE_BYTES);
  out.flush_bytes = counts.getTickerCount(rocksdb::FLUSH_WRITE_BYTES);
  out.compaction_bytes = counts.getTickerCount(rocksdb::COMPACT_WRITE_BYTES);
  out.compaction_read_bytes = counts.getTickerCount(rocksdb::COMPACT_READ_BYTES);
  out.stall_us = counts.getTickerCount(rocksdb::STALL_MICROS);
  out.cache_hits = counts.getTickerCount(rocksdb::BLOCK_CACHE_HIT);
  out.cache_misses = counts.getTickerCount(rocksdb::BLOCK_CACHE_MISS);
}

uint64_t SortedRuns(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  uint64_t runs = 0;
  for (int level = 0; level < db.NumberLevels(family); ++level) {
    std::string text;
    uint64_t files = 0;
    db.GetProperty(family, absl::StrCat(rocksdb::DB::Properties::kNumFilesAtLevelPrefix, level),
                   &text);
    if (absl::SimpleAtoi(text, &files) && files > 0) runs += level == 0 ? files : 1;
  }
  return runs;
}

void ReadProperties(const RocksDbDatabase& database, Statistics& out) {
  using Names = rocksdb::DB::Properties;
  const auto property = [&](const std::string& name) {
    uint64_t value = 0;
    return database->GetIntProperty(name, &value) ? value : 0;
  };
  database->GetAggregatedIntProperty(Names::kCurSizeAllMemTables, &out.memtable_bytes);
  out.cache_bytes = property(Names::kBlockCacheUsage);
  out.cache_bytes_max = property(Names::kBlockCacheCapacity);
  out.sorted_runs = SortedRuns(*database, database.records());
  out.compactions_running = property(Names::kNumRunningCompactions);
  out.flushes_running = property(Names::kNumRunningFlushes);
  out.stopped = property(Names::kIsWriteStopped) != 0;
}

void ReadFiles(const std::string& path, Statistics& out) {
  std::error_code error;
  for (fs::directory_iterator entry(path, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code gone;  // files come and go meanwhile
    const uint64_t bytes = entry->file_size(gone);
    if (gone) continue;
    const std::string name = entry->path().filename().string();
    if (absl::EndsWith(name, ".sst")) {
      ++out.table_files;
      out.table_file_bytes += bytes;
    } else if (absl::EndsWith(name, ".log")) {
      out.log_file_bytes += bytes;
    } else {
      out.other_file_bytes += bytes;
    }
  }
  const fs::space_info space = fs::space(path, error);
  if (error) return;
  out.disk_bytes = space.capacity;
  out.disk_free_bytes = space.available;
}

}  // namespace

// Told by RocksDB, on its own threads.
class RocksDbProbe::Compactions : public rocksdb::EventListener {
 public:
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo& job) override {
    ++count;
    elapsed_us += job.stats.elapsed_micros;
  }

  std::atomic<uint64_t> count = 0;
  std::atomic<uint64_t> elapsed_us = 0;
};

RocksDbProbe::RocksDbProbe(StoreSettings& settings)
    : counts_(NewCounts()), compactions_(std::make_shared<Compactions>()), trim_(settings.trim) {
  settings.records.statistics = counts_;
  settings.records.listeners.push_back(compactions_);
}

void RocksDbProbe::AddFsync(int64_t us) {
  absl::MutexLock lock(&mutex_);
  fsync_.Add(us);
}

Statistics RocksDbProbe::Read(const RocksDbDatabase* database, const std::string& path) const {
  Statistics out;
  ReadCounts(*counts_, out);
  out.compactions = compactions_->count;
  out.compaction_us = compactions_->elapsed_us;
  if (database != nullptr) {
    ReadProperties(*database, out);
    ReadHistory(*database, out.history);
  }
  trim_->Read(out.history);
  ReadFiles(path, out);
  absl::MutexLock lock(&mutex_);
  out.fsync = fsync_;
  return out;
}

FsyncTimer::FsyncTimer()
    : level_before_(rocksdb::GetPerfLevel()),
      before_ns_(rocksdb::get_iostats_context()->fsync_nanos) {
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableTimeExceptForMutex);
}

FsyncTimer::~FsyncTimer() { rocksdb::SetPerfLevel(level_before_); }

int64_t FsyncTimer::elapsed_us() const {
  return static_cast<int64_t>((rocksdb::get_iostats_context()->fsync_nanos - before_ns_) / 1000);
}

}  // namespace storage
