#include "storage/memory_store.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace storage {

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
  for (const Write& write : writes) {
    if (write.value) {
      entries_.insert_or_assign(write.key, *write.value);
    } else {
      entries_.erase(write.key);
    }
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::Sync() { return absl::OkStatus(); }
Statistics MemoryStore::ReadStatistics() const { return {}; }
absl::Status MemoryStore::BackUp(const std::string&) const {
  return absl::UnimplementedError("a store in memory is not backed up");
}
absl::Status MemoryStore::Health() const { return absl::OkStatus(); }
absl::Status MemoryStore::Recover() { return absl::OkStatus(); }

}  // namespace storage
