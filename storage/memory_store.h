// A store that forgets: the same contract in memory, for tests and for measuring.
#pragma once

#include <functional>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "storage/history_trim.h"
#include "storage/store.h"

namespace storage {

class MemoryStore : public Store {
 public:
  // What goes of history with CompactHistory; by itself nothing does.
  explicit MemoryStore(const HistoryBounds& history = kUnboundedHistory,
                       std::function<int64_t()> now = nullptr);

  absl::Status Read(absl::Span<const std::string> keys,
                    std::vector<std::optional<std::string>>& values) const override;
  absl::Status Scan(
      absl::string_view prefix, absl::string_view after,
      const std::function<bool(absl::string_view, absl::string_view)>& visit) const override;
  absl::Status Commit(absl::Span<const Write> writes, Durability durability) override;
  absl::Status Sync() override;
  absl::Status Replace(absl::Span<const std::string> prefixes, absl::Span<const Write> writes,
                       Durability durability) override;
  HistoryFloors Floors() const override;
  absl::Status RaiseFloors(const HistoryFloors& floors) override;
  absl::Status CompactHistory(std::atomic<bool>& stop) override;
  Statistics ReadStatistics() const override;
  absl::Status BackUp(const std::string& path) const override;
  absl::Status Health() const override;
  absl::Status Recover() override;

 private:
  absl::Status Look(absl::Span<const Write> writes) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void Apply(absl::Span<const Write> writes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  HistoryTrim trim_;
  mutable absl::Mutex mutex_;
  std::map<std::string, std::string, std::less<>> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace storage
