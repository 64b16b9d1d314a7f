#include "service/store_choice.h"

#include <utility>

#include "storage/rocksdb/ownership.h"

namespace service {

const std::string& StoreName(const Config& config) {
  return config.store_url.empty() ? config.store.path : config.store_url;
}

std::unique_ptr<storage::Ownership> OwnershipOf(const Config& config,
                                                std::function<int64_t()> now) {
  storage::RocksDbOptions options = config.store;
  options.now = std::move(now);
  return storage::NewRocksDbOwnership(options);
}

}  // namespace service
