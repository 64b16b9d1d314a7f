#include "service/metrics/families.h"

namespace service {
namespace {

double Seconds(uint64_t us) { return static_cast<double>(us) * kMicro; }

void AddWrites(const storage::Statistics& store, Families& families) {
  families
      .Histogram("shadow_fsync_duration_seconds", "What the disk took for each fsync of the log.")
      .Add(store.fsync, kMicro);
  families.Counter("shadow_store_committed_bytes_total", "Bytes that commits asked to be stored.")
      .Add(Number(store.asked_bytes));
  families.Counter("shadow_store_written_bytes_total", "Bytes written to the disk, by writer.")
      .Add(Number(store.log_bytes), {{"writer", "log"}})
      .Add(Number(store.flush_bytes), {{"writer", "flush"}})
      .Add(Number(store.compaction_bytes), {{"writer", "compaction"}});
  families.Counter("shadow_store_compaction_read_bytes_total", "Bytes read by compactions.")
      .Add(Number(store.compaction_read_bytes));
  families.Counter("shadow_store_compactions_total", "Compactions that ended.")
      .Add(Number(store.compactions));
  families.Counter("shadow_store_compaction_seconds_total", "Time spent in compactions.")
      .Add(Seconds(store.compaction_us));
  families.Counter("shadow_store_stall_seconds_total", "Time that commits were held up.")
      .Add(Seconds(store.stall_us));
}

void AddFiles(const storage::Statistics& store, Families& families) {
  families.Gauge("shadow_store_file_bytes", "Bytes on the disk, by kind of file.")
      .Add(Number(store.table_file_bytes), {{"kind", "table"}})
      .Add(Number(store.log_file_bytes), {{"kind", "log"}})
      .Add(Number(store.other_file_bytes), {{"kind", "other"}});
  families.Gauge("shadow_store_table_files", "Table files.").Add(Number(store.table_files));
  families.Gauge("shadow_disk_size_bytes", "Size of the store's file system.")
      .Add(Number(store.disk_bytes));
  families.Gauge("shadow_disk_free_bytes", "What shadowd may still use of it.")
      .Add(Number(store.disk_free_bytes));
}

void AddMemory(const storage::Statistics& store, Families& families) {
  families.Gauge("shadow_store_memtable_bytes", "Changes in memory, not yet in a table.")
      .Add(Number(store.memtable_bytes));
  families.Gauge("shadow_store_cache_bytes", "Blocks in the cache.").Add(Number(store.cache_bytes));
  families.Gauge("shadow_store_cache_limit_bytes", "Size of the cache.")
      .Add(Number(store.cache_bytes_max));
  families.Counter("shadow_store_cache_hits_total", "Blocks found in the cache.")
      .Add(Number(store.cache_hits));
  families.Counter("shadow_store_cache_misses_total", "Blocks that had to be read.")
      .Add(Number(store.cache_misses));
}

}  // namespace

void AddStore(const storage::Statistics& store, bool writable, Families& families) {
  families.Gauge("shadow_store_writable", "1 while the store takes commits.").Add(writable ? 1 : 0);
  AddWrites(store, families);
  AddFiles(store, families);
  AddMemory(store, families);
  families.Gauge("shadow_store_sorted_runs", "Runs of tables that a look-up may have to search.")
      .Add(Number(store.sorted_runs));
  families.Gauge("shadow_store_compactions_running", "Compactions under way.")
      .Add(Number(store.compactions_running));
  families.Gauge("shadow_store_flushes_running", "Flushes under way.")
      .Add(Number(store.flushes_running));
  families.Gauge("shadow_store_stopped", "1 while no commit passes until a compaction is done.")
      .Add(store.stopped ? 1 : 0);
}

}  // namespace service
