// What a store does by itself, on a thread of its own: history goes that is beyond its bounds, and
// tombstones that have expired; how much history is kept is counted, and the database asked how
// durable its commits are. Private to this room.
//
// Whatever it removes it removes as the owner: not after another one has taken the store.
//
// Thread rule: any thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/history_trim.h"
#include "storage/postgres/connection.h"
#include "storage/postgres/readers.h"
#include "storage/postgres/store.h"
#include "storage/postgres/writer.h"
#include "storage/statistics.h"
#include "storage/store.h"

namespace storage {

class PostgresUpkeep {
 public:
  // All but the options outlive it.
  PostgresUpkeep(const PostgresOptions& options, const PostgresWriter& writer,
                 PostgresReaders& readers, HistoryTrim& trim);
  PostgresUpkeep(const PostgresUpkeep&) = delete;
  PostgresUpkeep& operator=(const PostgresUpkeep&) = delete;
  ~PostgresUpkeep();

  // Tells of what was committed.
  void Committed(absl::Span<const Write> writes, bool removed);

  // As Store::CompactHistory.
  absl::Status CompactHistory(std::atomic<bool>& stop) ABSL_LOCKS_EXCLUDED(sweep_mutex_, mutex_);

  // Removes the tombstones that have expired.
  absl::Status RemoveTombstones() ABSL_LOCKS_EXCLUDED(sweep_mutex_);

  // What is known of history and of the database.
  void Read(Statistics& out) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  enum class Sweep { kCount, kRemove };

  void Run();
  bool Wait(absl::Duration time) ABSL_LOCKS_EXCLUDED(mutex_);
  void Ask() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status SweepHistory(Sweep what, const std::atomic<bool>& stop)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(sweep_mutex_);
  // Runs them as the owner, in one transaction; gives what each has returned, the fence first.
  absl::StatusOr<std::vector<PostgresRows>> Remove(std::vector<PostgresStatement> statements)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(sweep_mutex_);
  absl::Status Vacuum() ABSL_EXCLUSIVE_LOCKS_REQUIRED(sweep_mutex_);
  PostgresConnection* Session(absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(sweep_mutex_);

  const PostgresOptions options_;
  const PostgresWriter& writer_;
  PostgresReaders& readers_;
  HistoryTrim& trim_;
  absl::Mutex sweep_mutex_;  // held while anything is removed
  std::unique_ptr<PostgresConnection> session_ ABSL_GUARDED_BY(sweep_mutex_);
  std::atomic<bool> has_removed_ = false;  // since the last CompactHistory
  std::atomic<bool> stop_sweeping_ = false;
  mutable absl::Mutex mutex_;
  HistoryStatistics kept_ ABSL_GUARDED_BY(mutex_);
  DatabaseStatistics told_ ABSL_GUARDED_BY(mutex_);  // of it, what the database is asked for
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // the last member: uses all others
};

}  // namespace storage
