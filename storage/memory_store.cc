#include "storage/memory_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "storage/key.h"
#include "storage/record.h"

namespace storage {

MemoryStore::MemoryStore(const HistoryBounds& history, std::function<int64_t()> now)
    : trim_(history, std::move(now)) {}

absl::Status MemoryStore::Read(absl::Span<const std::string> keys,
                               std::vector<std::optional<std::string>>& values) const {
  absl::ReaderMutexLock lock(&mutex_);
  values.clear();
  for (const std::string& key : keys) {
    const auto found = entries_.find(key);
    values.push_back(found == entries_.end() ? std::nullopt : std::optional(found->second));
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::Scan(
    absl::string_view prefix, absl::string_view after,
    const std::function<bool(absl::string_view, absl::string_view)>& visit) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto entry = prefix > after ? entries_.lower_bound(prefix) : entries_.upper_bound(after);
  for (; entry != entries_.end() && absl::StartsWith(entry->first, prefix); ++entry) {
    if (!visit(entry->first, entry->second)) break;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::Commit(absl::Span<const Write> writes, Durability) {
  absl::MutexLock lock(&mutex_);
  absl::Status seen = Look(writes);
  if (seen.ok()) Apply(writes);
  return seen;
}

// Whether all stands as its writer has seen it.
absl::Status MemoryStore::Look(absl::Span<const Write> writes) const {
  for (const Write& write : writes) {
    if (!write.found) continue;
    const auto entry = entries_.find(write.key);
    const bool is_there = entry != entries_.end();
    if (*write.found != NameOf(is_there ? absl::string_view(entry->second) : "")) return Moved();
  }
  return absl::OkStatus();
}

void MemoryStore::Apply(absl::Span<const Write> writes) {
  for (const Write& write : writes) {
    if (write.value) {
      entries_.insert_or_assign(write.key, *write.value);
    } else {
      entries_.erase(write.key);
    }
  }
}

absl::Status MemoryStore::Sync() { return absl::OkStatus(); }

absl::Status MemoryStore::Replace(absl::Span<const std::string> prefixes,
                                  absl::Span<const Write> writes, Durability) {
  if (!absl::c_all_of(prefixes, IsRemovable)) return NotRemovable();
  absl::MutexLock lock(&mutex_);
  if (absl::Status seen = Look(writes); !seen.ok()) return seen;
  for (const std::string& prefix : prefixes) {
    auto entry = entries_.lower_bound(prefix);
    while (entry != entries_.end() && absl::StartsWith(entry->first, prefix)) {
      entry = entries_.erase(entry);
    }
  }
  Apply(writes);
  return absl::OkStatus();
}

HistoryFloors MemoryStore::Floors() const { return trim_.floors(); }

absl::Status MemoryStore::RaiseFloors(const HistoryFloors& floors) {
  trim_.Raise(floors);
  return Commit({{std::string(kFloorsKey), EncodeFloors(trim_.floors())}}, Durability::kSync);
}

absl::Status MemoryStore::CompactHistory(std::atomic<bool>&) {
  HistorySieve sieve = trim_.NewSieve();
  HistoryDrops drops;
  absl::MutexLock lock(&mutex_);
  auto entry = entries_.lower_bound(kHistoryPrefix);
  while (entry != entries_.end() && absl::StartsWith(entry->first, kHistoryPrefix)) {
    const HistoryLimit limit = sieve.Judge(entry->first, entry->second);
    drops.Add(limit);
    entry = limit == HistoryLimit::kNone ? std::next(entry) : entries_.erase(entry);
  }
  trim_.Count(drops);
  return absl::OkStatus();
}

Statistics MemoryStore::ReadStatistics() const {
  Statistics statistics;
  HistoryStatistics& history = statistics.history;
  trim_.Read(history);
  absl::ReaderMutexLock lock(&mutex_);
  auto entry = entries_.lower_bound(kHistoryPrefix);
  for (; entry != entries_.end() && absl::StartsWith(entry->first, kHistoryPrefix); ++entry) {
    CountHistory(entry->first, entry->second, history);
    history.file_bytes += entry->first.size() + entry->second.size();
  }
  return statistics;
}

absl::Status MemoryStore::BackUp(const std::string&) const {
  return absl::UnimplementedError("a store in memory is not backed up");
}
absl::Status MemoryStore::Health() const { return absl::OkStatus(); }
absl::Status MemoryStore::Recover() { return absl::OkStatus(); }

}  // namespace storage
