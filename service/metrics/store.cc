#include "service/metrics/families.h"

namespace service {
namespace {

using storage::Statistics;

constexpr MetricRow<Statistics> kNumbers[] = {
    {kCounter, "shadow_store_committed_bytes_total", "Bytes that commits asked to be stored.",
     &Statistics::asked_bytes},
    {kCounter,
     "shadow_store_written_bytes_total",
     "Bytes written to the disk, by writer.",
     {{&Statistics::log_bytes, {{"writer", "log"}}},
      {&Statistics::flush_bytes, {{"writer", "flush"}}},
      {&Statistics::compaction_bytes, {{"writer", "compaction"}}}}},
    {kCounter, "shadow_store_compaction_read_bytes_total", "Bytes read by compactions.",
     &Statistics::compaction_read_bytes},
    {kCounter, "shadow_store_compactions_total", "Compactions that ended.",
     &Statistics::compactions},
    {kCounter, "shadow_store_compaction_seconds_total", "Time spent in compactions.",
     &Statistics::compaction_us, kMicro},
    {kCounter, "shadow_store_stall_seconds_total", "Time that commits were held up.",
     &Statistics::stall_us, kMicro},
    {kGauge,
     "shadow_store_file_bytes",
     "Bytes on the disk, by kind of file.",
     {{&Statistics::table_file_bytes, {{"kind", "table"}}},
      {&Statistics::log_file_bytes, {{"kind", "log"}}},
      {&Statistics::other_file_bytes, {{"kind", "other"}}}}},
    {kGauge, "shadow_store_table_files", "Table files.", &Statistics::table_files},
    {kGauge, "shadow_disk_size_bytes", "Size of the store's file system.", &Statistics::disk_bytes},
    {kGauge, "shadow_disk_free_bytes", "What shadowd may still use of it.",
     &Statistics::disk_free_bytes},
    {kGauge, "shadow_store_memtable_bytes", "Changes in memory, not yet in a table.",
     &Statistics::memtable_bytes},
    {kGauge, "shadow_store_cache_bytes", "Blocks in the cache.", &Statistics::cache_bytes},
    {kGauge, "shadow_store_cache_limit_bytes", "Size of the cache.", &Statistics::cache_bytes_max},
    {kCounter, "shadow_store_cache_hits_total", "Blocks found in the cache.",
     &Statistics::cache_hits},
    {kCounter, "shadow_store_cache_misses_total", "Blocks that had to be read.",
     &Statistics::cache_misses},
    {kGauge, "shadow_store_sorted_runs", "Runs of tables that a look-up may have to search.",
     &Statistics::sorted_runs},
    {kGauge, "shadow_store_compactions_running", "Compactions under way.",
     &Statistics::compactions_running},
    {kGauge, "shadow_store_flushes_running", "Flushes under way.", &Statistics::flushes_running},
};

constexpr MetricRow<storage::DatabaseStatistics> kDatabaseNumbers[] = {
    {kCounter, "shadow_store_moved_total",
     "Commits that somebody else's writing stood in the way of.",
     &storage::DatabaseStatistics::moved},
    {kCounter, "shadow_store_resent_total", "Commits that were sent to the database again.",
     &storage::DatabaseStatistics::resent},
    {kCounter, "shadow_store_reconnects_total", "How often the database was connected to again.",
     &storage::DatabaseStatistics::reconnects},
};

void AddDatabase(const storage::DatabaseStatistics& database, Families& families) {
  families.Gauge("shadow_database_up", "1 while the database answers.").Add(database.is_up ? 1 : 0);
  families
      .Gauge("shadow_database_synchronous_standbys",
             "Standbys of the database that commits wait for; -1: not known.")
      .Add(static_cast<double>(database.synchronous_standbys));
  families.Add(kDatabaseNumbers, database);
}

}  // namespace

void AddStore(const storage::Statistics& store, bool writable, Families& families) {
  families.Gauge("shadow_store_writable", "1 while the store takes commits.").Add(writable ? 1 : 0);
  families
      .Histogram("shadow_fsync_duration_seconds", "What the disk took for each fsync of the log.")
      .Add(store.fsync, kMicro);
  families.Add(kNumbers, store);
  families.Gauge("shadow_store_stopped", "1 while no commit passes until a compaction is done.")
      .Add(store.stopped ? 1 : 0);
  if (store.database.is_one) AddDatabase(store.database, families);
}

}  // namespace service
