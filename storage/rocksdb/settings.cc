#include "storage/rocksdb/settings.h"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/rocksdb/history.h"
#include "storage/rocksdb/slice.h"

namespace storage {
namespace {

constexpr double kBloomBitsPerKey = 10;
constexpr double kMemtableBloomShare = 0.01;  // of its bytes: 8 bits for a record of 100
// Merging few runs costs writing, reading many costs looking: of records a filter spares the look.
constexpr int kSortedRuns = 16;
constexpr int kSortedRunsOfHistory = 8;
constexpr int kRunsThatSlow = 32;  // commits, until merging has caught up
constexpr int kRunsThatStop = 48;
constexpr unsigned kOutdatedPercentMax = 100;
constexpr size_t kManifestBytesMax = 4u << 20;
constexpr uint64_t kBytesPerBackgroundSync = 512u << 10;
constexpr uint64_t kRewriteSeconds = 7 * 24 * 60 * 60;
constexpr size_t kHistoryBlockBytes = 16u << 10;

// Leaves expired tombstones out of what a compaction writes.
class ExpiryFilter : public rocksdb::CompactionFilter {
 public:
  explicit ExpiryFilter(int64_t now) : now_(now) {}

  bool Filter(int, const rocksdb::Slice& key, const rocksdb::Slice& value, std::string*,
              bool*) const override {
    return absl::StartsWith(View(key), kRecordPrefix) && IsExpiredTombstone(View(value), now_);
  }
  const char* Name() const override { return "shadow.ExpiryFilter"; }

 private:
  const int64_t now_;
};

class ExpiryFilterFactory : public rocksdb::CompactionFilterFactory {
 public:
  explicit ExpiryFilterFactory(std::function<int64_t()> now) : now_(std::move(now)) {}

  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context&) override {
    return std::make_unique<ExpiryFilter>(now_());
  }
  const char* Name() const override { return "shadow.ExpiryFilterFactory"; }

 private:
  const std::function<int64_t()> now_;
};

rocksdb::CompressionType FirstSupported(std::initializer_list<rocksdb::CompressionType> wanted) {
  const auto supported = rocksdb::GetSupportedCompressions();
  for (const auto type : wanted) {
    if (std::find(supported.begin(), supported.end(), type) != supported.end()) return type;
  }
  return rocksdb::kNoCompression;
}

void SetSafety(rocksdb::Options& settings) {
  settings.paranoid_checks = true;
  settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  settings.track_and_verify_wals_in_manifest = true;
  settings.verify_sst_unique_id_in_manifest = true;
  settings.recycle_log_file_num = 0;  // an old record at a log's end would be taken for a torn one
  settings.manual_wal_flush = false;
  settings.allow_mmap_reads = settings.allow_mmap_writes = false;
  settings.max_bgerror_resume_count = 0;  // coming back is Recover's decision alone
}

void SetSizes(const RocksDbOptions& options, rocksdb::Options& settings) {
  settings.write_buffer_size = options.write_buffer_bytes;
  settings.max_write_buffer_number = 2;
  // A record that is written again is put beside its last version, without a search from the top.
  settings.allow_concurrent_memtable_write = false;
  settings.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewNoopTransform());
  // Most records that are read are not in the memtable: those in use are at hand without it.
  settings.memtable_whole_key_filtering = true;
  settings.memtable_prefix_bloom_size_ratio = kMemtableBloomShare;
  settings.max_total_wal_size = options.wal_bytes_max;
  settings.max_open_files = options.open_files_max;
  settings.max_manifest_file_size = kManifestBytesMax;
  settings.max_log_file_size = options.info_log_bytes_max;
  settings.keep_log_file_num = std::max<size_t>(options.info_logs_kept, 1);
  settings.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
}

void SetWork(rocksdb::Options& settings) {
  settings.env->SetBackgroundThreads(1, rocksdb::Env::Priority::LOW);
  settings.env->SetBackgroundThreads(1, rocksdb::Env::Priority::HIGH);
  settings.max_background_jobs = 2;
  settings.max_file_opening_threads = 1;
  settings.skip_stats_update_on_db_open = true;
  settings.stats_dump_period_sec = settings.stats_persist_period_sec = 0;
  settings.bytes_per_sync = settings.wal_bytes_per_sync = kBytesPerBackgroundSync;
}

// A memtable of a fleet that updates the same shadows spans all keys: merging it into levels would
// rewrite the whole store, where young runs are merged among themselves.
void SetCompaction(rocksdb::Options& settings) {
  settings.compaction_style = rocksdb::kCompactionStyleUniversal;
  settings.level0_file_num_compaction_trigger = kSortedRuns;
  settings.level0_slowdown_writes_trigger = kRunsThatSlow;
  settings.level0_stop_writes_trigger = kRunsThatStop;
  settings.compaction_options_universal.max_size_amplification_percent = kOutdatedPercentMax;
  settings.periodic_compaction_seconds = kRewriteSeconds;
  settings.compression = FirstSupported({rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
}

rocksdb::BlockBasedTableOptions TableSettings(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.cache_index_and_filter_blocks = true;
  // The index of a whole file would not fit a shard of the cache: each look-up would read it.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.optimize_filters_for_memory = true;
  return table;
}

// As the records, but for what follows from being written once and read in a row.
rocksdb::ColumnFamilyOptions HistorySettings(const RocksDbOptions& options,
                                             const rocksdb::Options& records,
                                             rocksdb::BlockBasedTableOptions table) {
  rocksdb::ColumnFamilyOptions settings(records);
  settings.write_buffer_size = options.history_buffer_bytes;
  settings.level0_file_num_compaction_trigger = kSortedRunsOfHistory;
  settings.memtable_insert_with_hint_prefix_extractor = NewLaneExtractor();
  settings.memtable_whole_key_filtering = false;
  settings.memtable_prefix_bloom_size_ratio = 0;
  settings.compaction_filter_factory = nullptr;
  table.block_size = kHistoryBlockBytes;
  table.filter_policy = nullptr;  // nobody looks for one entry
  table.partition_filters = false;
  settings.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return settings;
}

}  // namespace

StoreSettings RocksDbSettings(const RocksDbOptions& options) {
  rocksdb::Options records;
  if (options.env != nullptr) records.env = options.env;
  SetSafety(records);
  SetSizes(options, records);
  SetWork(records);
  SetCompaction(records);
  const rocksdb::BlockBasedTableOptions table = TableSettings(options);
  records.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  if (options.now) {
    records.compaction_filter_factory = std::make_shared<ExpiryFilterFactory>(options.now);
  }
  StoreSettings settings = {records, HistorySettings(options, records, table),
                            std::make_shared<HistoryTrim>(options.history, options.now),
                            std::make_shared<LogKeeper>()};
  settings.records.listeners.push_back(settings.logs);
  SetHistoryUpkeep(settings);
  return settings;
}

}  // namespace storage
