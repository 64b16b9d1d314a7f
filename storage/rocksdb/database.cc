#include "storage/rocksdb/database.h"

#include "absl/strings/match.h"
#include "storage/key.h"
#include "storage/rocksdb/slice.h"

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

EntriesInOrder::EntriesInOrder(const RocksDbDatabase& db, const rocksdb::ReadOptions& options,
                               absl::string_view prefix, absl::string_view begin) {
  std::vector<rocksdb::Iterator*> made;
  status_ = db->NewIterators(options, db.FamiliesOf(prefix), &made);
  for (rocksdb::Iterator* const one : made) families_.emplace_back(one)->Seek(Slice(begin));
  FindNext();
}

void EntriesInOrder::Next() {
  next_->Next();
  FindNext();
}

void EntriesInOrder::FindNext() {
  next_ = nullptr;
  for (const auto& family : families_) {
    if (!family->Valid()) {
      status_ = family->status();
      if (status_.ok()) continue;
      next_ = nullptr;
      return;
    }
    if (next_ == nullptr || family->key().compare(next_->key()) < 0) next_ = family.get();
  }
}

}  // namespace storage
