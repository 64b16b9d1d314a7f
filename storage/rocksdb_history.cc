#include "storage/rocksdb_history.h"

#include "storage/key.h"
#include "storage/rocksdb_slice.h"

namespace storage {
namespace {

class LaneExtractor : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "shadow.LaneExtractor"; }
  bool InDomain(const rocksdb::Slice& key) const override {
    return !HistoryLaneOf(View(key)).empty();
  }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return Slice(HistoryLaneOf(View(key)));
  }
};

}  // namespace

std::shared_ptr<const rocksdb::SliceTransform> NewLaneExtractor() {
  return std::make_shared<LaneExtractor>();
}

}  // namespace storage
