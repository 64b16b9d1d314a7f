#include "cli/store/stopped_store.h"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/flags.h"
#include "cli/settings.h"
#include "commands/keys.h"
#include "desk/timers.h"
#include "jobs/jobs.h"
#include "storage/postgres/store.h"
#include "storage/rocksdb/store.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kToldEvery{1};

absl::Status CheckTimer(absl::string_view key, absl::string_view value) {
  if (desk::ParseTimerKey(key) && value.empty()) return absl::OkStatus();
  return absl::DataLossError("it names nobody");
}

constexpr storage::EntryChecker kCheckers[] = {
    {"C", "an entry of IoT Commands", commands::CheckEntry},
    {"J", "an entry of IoT Jobs", jobs::CheckEntry},
    {desk::kTimerPrefix, "a timer", CheckTimer},
};

}  // namespace

absl::StatusOr<StoppedStore> OpenStoppedStore(MustExist must_exist) {
  const auto path = RequiredSetting(FLAGS_data_dir, "where is the store?", "DIR");
  if (!path.ok()) return path.status();
  auto owner = storage::Guise::Of(*path);
  if (!owner.ok()) return owner.status();
  std::error_code error;
  if (must_exist == MustExist::kYes && !fs::exists(*path + "/CURRENT", error)) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", *path));
  }
  auto store = storage::OpenRocksDb(
      {.path = *path, .now = [] { return static_cast<int64_t>(std::time(nullptr)); }});
  if (!store.ok()) return store.status();
  return StoppedStore{*std::move(owner), *std::move(store)};
}

bool IsDatabase(absl::string_view place) {
  return absl::StartsWith(place, "postgresql://") || absl::StartsWith(place, "postgres://");
}

absl::StatusOr<storage::Survey> SurveyPlace(const std::string& place, Call& call) {
  const auto keep = [] { return absl::OkStatus(); };
  if (IsDatabase(place)) {
    const auto store = storage::OpenPostgresForReading({.url = place});
    return store.ok() ? SurveyOf(**store, call, keep) : store.status();
  }
  const auto owner = storage::Guise::Of(place);
  if (!owner.ok()) return owner.status();
  const auto store = storage::OpenRocksDbForReading({.path = place});
  return store.ok() ? SurveyOf(**store, call, keep) : store.status();
}

absl::StatusOr<storage::Survey> SurveyOf(const storage::Store& store, Call& call,
                                         const std::function<absl::Status()>& keep) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point told = Clock::now();
  absl::Status kept;
  auto survey = storage::SurveyStore(store, kCheckers, [&](const storage::Survey& so_far) {
    if (kept.ok()) kept = keep();
    if (Clock::now() - told < kToldEvery) return;
    told = Clock::now();
    call.err << so_far.entries() << " entries read\n" << std::flush;
  });
  if (!kept.ok()) return kept;
  return survey;
}

absl::Status IsWhole(const storage::Survey& survey, const std::string& path) {
  if (survey.damaged == 0) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(path, " is damaged: ", survey.damaged, " of ", survey.entries(),
                   " entries cannot be read: ", absl::StrJoin(survey.damages, "; ")));
}

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

}  // namespace cli
