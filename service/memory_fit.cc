#include "service/memory_fit.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

constexpr uint64_t kProgramBytes = 24u << 20;     // with its libraries and RocksDB's own; measured
constexpr uint64_t kConnectionBytes = 80u << 10;  // of HTTPS, with its buffers; measured
constexpr uint64_t kMemtables = 2;      // one that is written to, one on its way to a file
constexpr uint64_t kFittingShare = 16;  // of the memory that there is

// A setting of the store that is a number of bytes.
struct Share {
  absl::string_view flag;
  uint64_t bytes;
  uint64_t times = 1;
};

std::array<Share, 4> StoreShares(const Config& config) {
  return {{{"store_block_cache_bytes", config.store.block_cache_bytes},
           {"store_write_buffer_bytes", config.store.write_buffer_bytes, kMemtables},
           {"store_history_buffer_bytes", config.store.history_buffer_bytes, kMemtables},
           {"store_hot_bytes", config.hot_bytes_max}}};
}

uint64_t HttpBytes(const HttpSettings& http) {
  if (!http.enabled()) return 0;
  return http.connections_max * kConnectionBytes +
         std::min(http.connections_max * http.body_bytes_max, kHttpBodiesBytesMax);
}

}  // namespace

uint64_t MemoryAtMost(const Config& config) {
  uint64_t bytes = kProgramBytes + HttpBytes(config.http);
  for (const Share& share : StoreShares(config)) bytes += share.bytes * share.times;
  return bytes;
}

bool FitMemory(const Config& config, const measure::MemoryLimit& limit, Log& log) {
  for (const Share& share : StoreShares(config)) {
    if (share.bytes < limit.bytes) continue;
    log.Error("memory_refused",
              {{"cause", absl::StrCat("--", share.flag, ": '", share.bytes,
                                      "' is as much as all the memory there is, ", limit.bytes,
                                      " bytes by ", limit.owner, ", or more; ",
                                      limit.bytes / kFittingShare, " would fit")}});
    return false;
  }
  const uint64_t at_most = MemoryAtMost(config);
  if (at_most > limit.bytes) {
    log.Warning("memory_short",
                {{"at_most", at_most},
                 {"limit", limit.bytes},
                 {"of", limit.owner},
                 {"cause",
                  "the settings allow for more memory than there is: docs/operations.md, "
                  "\"A small machine\", has some that fit"}});
  }
  return true;
}

}  // namespace service
