// What a RocksDB store counts, in the words of statistics.h. One probe watches all handles of a
// store, so that no count starts over when a handle is replaced.
//
// Thread rule: any thread.
#pragma once

#include <rocksdb/perf_level.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "measure/histogram.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/settings.h"
#include "storage/statistics.h"

namespace storage {

class RocksDbProbe {
 public:
  // Lets databases that are opened with `settings` count for this probe.
  explicit RocksDbProbe(StoreSettings& settings);

  // Notes what the disk took to bring a commit down.
  void AddFsync(int64_t us);

  // All there is to tell; `database` may be null. Files that cannot be looked at count nothing.
  Statistics Read(const RocksDbDatabase* database, const std::string& path) const;

 private:
  class Compactions;

  const std::shared_ptr<rocksdb::Statistics> counts_;
  const std::shared_ptr<Compactions> compactions_;
  const std::shared_ptr<const HistoryTrim> trim_;
  mutable absl::Mutex mutex_;
  measure::Durations fsync_ ABSL_GUARDED_BY(mutex_);
};

// Measures the fsyncs of the calling thread while it lives.
class FsyncTimer {
 public:
  FsyncTimer();
  ~FsyncTimer();
  FsyncTimer(const FsyncTimer&) = delete;
  FsyncTimer& operator=(const FsyncTimer&) = delete;

  int64_t elapsed_us() const;

 private:
  const rocksdb::PerfLevel level_before_;
  const uint64_t before_ns_;
};

}  // namespace storage
