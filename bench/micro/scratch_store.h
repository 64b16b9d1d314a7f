// A store of a benchmark's own in the temporary folder (TMPDIR), gone at the end: its synced
// commits cost what a sync of that disk costs.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "bench/micro/fixture.h"
#include "storage/rocksdb/store.h"

namespace bench {

class ScratchStore {
 public:
  ScratchStore()
      : path_((std::filesystem::temp_directory_path() / "shadow-store-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
    auto opened = storage::OpenRocksDb({.path = path_ + "/store", .now = [] { return kNow; }});
    if (!opened.ok()) std::abort();
    store_ = *std::move(opened);
  }
  ScratchStore(const ScratchStore&) = delete;
  ScratchStore& operator=(const ScratchStore&) = delete;
  ~ScratchStore() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }

  storage::Store& store() { return *store_; }

 private:
  std::string path_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace bench
