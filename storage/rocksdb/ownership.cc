#include "storage/rocksdb/ownership.h"

#include <limits>

namespace storage {
namespace {

class RocksDbOwnership : public Ownership {
 public:
  explicit RocksDbOwnership(const RocksDbOptions& options) : options_(options) {}

  bool IsShared() const override { return false; }
  absl::StatusOr<std::unique_ptr<Store>> Take() override { return OpenRocksDb(options_); }
  bool Holds() const override { return true; }
  absl::StatusOr<int> RenewIfDue() override { return std::numeric_limits<int>::max(); }
  absl::Status GiveUp() override { return absl::OkStatus(); }  // it ends with the store
  absl::StatusOr<Owner> Read() const override { return Owner{.is_over = false, .is_us = true}; }

 private:
  const RocksDbOptions options_;
};

}  // namespace

std::unique_ptr<Ownership> NewRocksDbOwnership(const RocksDbOptions& options) {
  return std::make_unique<RocksDbOwnership>(options);
}

}  // namespace storage
