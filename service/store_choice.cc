#include "service/store_choice.h"

#include <unistd.h>

#include <climits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/postgres/store.h"
#include "storage/rocksdb/ownership.h"

namespace service {
namespace {

// Who a shadowd is, for people.
std::string Holder() {
  char host[HOST_NAME_MAX + 1] = "";
  gethostname(host, sizeof host - 1);
  return absl::StrCat(host, ":", getpid());
}

}  // namespace

const std::string& StoreName(const Config& config) {
  return config.store_url.empty() ? config.store.path : config.store_url;
}

std::unique_ptr<storage::Ownership> OwnershipOf(const Config& config,
                                                std::function<int64_t()> now) {
  if (!config.store_url.empty()) {
    return storage::NewPostgresOwnership({.url = config.store_url,
                                          .holder = Holder(),
                                          .wait_ms = config.store_wait_ms,
                                          .now = std::move(now),
                                          .history = config.store.history});
  }
  storage::RocksDbOptions options = config.store;
  options.now = std::move(now);
  return storage::NewRocksDbOwnership(options);
}

}  // namespace service
