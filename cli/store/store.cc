#include "cli/store/store.h"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "cli/json_text.h"
#include "storage/rocksdb_store.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kTick = absl::Seconds(1);

uint64_t FolderBytes(const std::string& path) {
  uint64_t bytes = 0;
  std::error_code error;
  for (fs::directory_iterator entry(path, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code gone;
    const uint64_t size = entry->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

JsonText Number(uint64_t number) { return JsonText::Number(static_cast<int64_t>(number)); }

absl::StatusOr<ExitCode> RunCheck(Call& call) {
  const std::string& path = call.arguments[0];
  const auto survey = SurveyFolder(path, call);
  if (!survey.ok()) return survey.status();
  if (absl::Status whole = IsWhole(*survey, path); !whole.ok()) return whole;
  if (call.json) {
    call.out << JsonText::Object(
                    {{"good", JsonText::Bool(true)}, {"entries", Number(survey->entries())}})
                    .text()
             << "\n";
  } else {
    call.out << path << " is good: " << survey->entries() << " entries were read\n";
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunStats(Call& call) {
  const std::string& path = call.arguments[0];
  const auto survey = SurveyFolder(path, call);
  if (!survey.ok()) return survey.status();
  const std::vector<JsonText::Member> members = {
      {"documents", Number(survey->documents)},
      {"tombstones", Number(survey->tombstones)},
      {"journal_entries", Number(survey->journal_entries)},
      {"unknown_keys", Number(survey->unknown_keys)},
      {"damaged", Number(survey->damaged)},
      {"content_bytes", Number(survey->bytes)},
      {"disk_bytes", Number(FolderBytes(path))},
      {"largest_bytes", Number(survey->largest_bytes)},
      {"largest_shadow", JsonText::String(survey->largest_shadow)}};
  if (call.json) {
    call.out << JsonText::Object(members).text() << "\n";
    return ExitCode::kDone;
  }
  for (const auto& [name, value] : members) call.out << name << " " << value.text() << "\n";
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunCompact(Call& call) {
  const std::string& path = call.arguments[0];
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
    call.out
        << JsonText::Object({{"bytes_before", Number(before)}, {"bytes", Number(after)}}).text()
        << "\n";
  } else {
    call.out << path << " is compacted: " << before << " bytes before, " << after << " now\n";
  }
  return ExitCode::kDone;
}

}  // namespace

absl::StatusOr<storage::Survey> SurveyFolder(const std::string& path, Call& call) {
  const auto store = storage::OpenRocksDbForReading({.path = path});
  if (!store.ok()) return store.status();
  using Clock = std::chrono::steady_clock;
  Clock::time_point told = Clock::now();
  return storage::SurveyStore(**store, [&](const storage::Survey& survey) {
    if (Clock::now() - told < absl::ToChronoSeconds(kTick)) return;
    told = Clock::now();
    call.err << survey.entries() << " entries read\n" << std::flush;
  });
}

absl::Status IsWhole(const storage::Survey& survey, const std::string& path) {
  if (survey.damaged == 0) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(path, " is damaged: ", survey.damaged, " of ", survey.entries(),
                   " entries cannot be read: ", absl::StrJoin(survey.damages, "; ")));
}

extern const Command kStoreCheck;
constexpr Command kStoreCheck{
    .path = "store check",
    .arguments = "DIR",
    .summary = "read every byte of a stopped store, or of a backup, to see that it is good",
    .details = "Changes nothing.",
    .flags = {},
    .run = RunCheck,
};

extern const Command kStoreStats;
constexpr Command kStoreStats{
    .path = "store stats",
    .arguments = "DIR",
    .summary = "tell what is in a stopped store, or in a backup",
    .details = "Changes nothing.",
    .flags = {},
    .run = RunStats,
};

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
