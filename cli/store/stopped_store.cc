#include "cli/store/stopped_store.h"

#include <ctime>
#include <filesystem>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "storage/rocksdb_store.h"

namespace cli {

absl::StatusOr<std::unique_ptr<storage::Store>> OpenStoppedStore(MustExist must_exist) {
  storage::RocksDbOptions options;
  options.path = absl::GetFlag(FLAGS_data_dir);
  if (options.path.empty()) {
    return absl::InvalidArgumentError(
        "where is the store? Give --data-dir DIR, set SHADOWCTL_DATA_DIR, or name a settings file "
        "with --config");
  }
  std::error_code error;
  if (must_exist == MustExist::kYes && !std::filesystem::exists(options.path + "/CURRENT", error)) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", options.path));
  }
  options.now = [] { return static_cast<int64_t>(std::time(nullptr)); };
  return storage::OpenRocksDb(options);
}

}  // namespace cli
