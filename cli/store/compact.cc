#include <ctime>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/store/stopped_store.h"
#include "storage/rocksdb/store.h"
#include "storage/stranger.h"

namespace cli {
namespace {

constexpr absl::Duration kTick = absl::Seconds(1);

absl::StatusOr<ExitCode> RunCompact(Call& call) {
  const std::string& path = call.arguments[0];
  if (IsDatabase(path)) {
    return absl::InvalidArgumentError(
        "a folder is compacted: a database clears away what was overwritten by itself");
  }
  const auto owner = storage::Guise::Of(path);
  if (!owner.ok()) return owner.status();
  const uint64_t before = FolderBytes(path);
  absl::Status status;
  absl::Notification done;
  std::thread compacting([&] {
    status = storage::CompactRocksDb(
        {.path = path, .now = [] { return static_cast<int64_t>(std::time(nullptr)); }});
    done.Notify();
  });
  for (int seconds = 1; !done.WaitForNotificationWithTimeout(kTick); ++seconds) {
    call.err << "compacting for " << seconds << " s; " << FolderBytes(path)
             << " bytes on the disk\n"
             << std::flush;
  }
  compacting.join();
  if (!status.ok()) return status;
  const uint64_t after = FolderBytes(path);
  if (call.json) {
    call.out << JsonText::Object({{"bytes_before", JsonText::Number(before)},
                                  {"bytes", JsonText::Number(after)}})
                    .text()
             << "\n";
  } else {
    call.out << path << " is compacted: " << before << " bytes before, " << after << " now\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kStoreCompact;
constexpr Command kStoreCompact{
    .path = "store compact",
    .arguments = "DIR",
    .summary = "rewrite a stopped store: what was overwritten, removed or has expired goes",
    .details = "Needs as much room again as the store takes.",
    .flags = {},
    .run = RunCompact,
};

}  // namespace cli
