#include "storage/rocksdb_database.h"

#include "absl/strings/match.h"
#include "storage/key.h"

namespace storage {

rocksdb::ColumnFamilyHandle* RocksDbDatabase::FamilyOf(absl::string_view key) const {
  const bool is_history = history_ != nullptr && absl::StartsWith(key, kHistoryPrefix);
  return is_history ? history_.get() : records_.get();
}

std::vector<rocksdb::ColumnFamilyHandle*> RocksDbDatabase::FamiliesOf(
    absl::string_view prefix) const {
  if (!prefix.empty() || history_ == nullptr) return {FamilyOf(prefix)};
  return {records_.get(), history_.get()};
}

}  // namespace storage
