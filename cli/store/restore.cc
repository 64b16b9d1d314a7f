#include "storage/restore.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/store/stopped_store.h"
#include "storage/rocksdb/store.h"
#include "storage/store_folder.h"
#include "storage/stranger.h"

namespace cli {
namespace {

constexpr absl::string_view kRestoreFlags[] = {"data_dir", "replace"};
constexpr uint64_t kToldEveryBytes = 64u << 20;

// An empty folder in the place of the one that is now `aside`, of its owner and mode: shadowd must
// find a folder of its own.
absl::Status MakeAnew(const std::string& path, const std::string& aside) {
  struct stat before {};
  if (stat(aside.c_str(), &before) != 0 || mkdir(path.c_str(), before.st_mode & 07777) != 0 ||
      chown(path.c_str(), before.st_uid, before.st_gid) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", path, " anew"));
  }
  return absl::OkStatus();
}

absl::Status MoveAside(const std::string& path, const std::string& aside) {
  if (std::rename(path.c_str(), aside.c_str()) == 0) return MakeAnew(path, aside);
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot move ", path, " to ", aside));
}

// Moves what is in `path` out of the way, unless a shadowd has it open; gives where it is now, or
// nothing if there was nothing.
absl::StatusOr<std::string> SetAside(const std::string& path) {
  const auto found = storage::LookIntoFolder(path);
  if (found.ok() && *found == storage::FolderState::kFree) return std::string();
  if (!absl::GetFlag(FLAGS_replace)) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, " is not empty: stop shadowd, and give --replace to set aside what is there"));
  }
  const absl::Status opened = storage::AsOwnerOf(
      path, [&] { return storage::OpenRocksDbForReading({.path = path}).status(); });
  if (absl::IsUnavailable(opened)) return opened;
  const std::string aside = absl::StrCat(
      path, ".before-", absl::FormatTime("%Y%m%dT%H%M%E3SZ", absl::Now(), absl::UTCTimeZone()));
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const absl::Status moved = storage::AsOwnerOf(parent, [&] { return MoveAside(path, aside); });
  if (!moved.ok()) return moved;
  return aside;
}

absl::StatusOr<ExitCode> RunRestore(Call& call) {
  namespace fs = std::filesystem;
  const std::string& from = call.arguments[0];
  if (IsDatabase(from)) {
    return absl::InvalidArgumentError(
        "a backup is a folder: what is in a database is brought to one by store copy");
  }
  if (absl::GetFlag(FLAGS_data_dir).empty()) {
    return absl::InvalidArgumentError("where to? Give --data-dir DIR, as shadowd has it");
  }
  // Without a slash at its end, which would make a neighbour's name one of a file inside.
  fs::path target = fs::absolute(absl::GetFlag(FLAGS_data_dir)).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  const std::string to = target.string();

  const auto survey = SurveyPlace(from, call);
  if (!survey.ok()) return survey.status();
  if (absl::Status whole = IsWhole(*survey, from); !whole.ok()) return whole;
  const auto aside = SetAside(to);
  if (!aside.ok()) return aside.status();
  uint64_t told = 0;
  const absl::Status restored = storage::RestoreStore(from, to, [&](uint64_t bytes) {
    if (bytes - told < kToldEveryBytes) return;
    told = bytes;
    call.err << bytes << " bytes copied\n" << std::flush;
  });
  if (!restored.ok()) return restored;
  if (call.json) {
    call.out << JsonText::Object(
                    {{"restored", JsonText::String(to)},
                     {"documents", JsonText::Number(survey->documents)},
                     {"setAside", aside->empty() ? JsonText::Null() : JsonText::String(*aside)}})
                    .text()
             << "\n";
    return ExitCode::kDone;
  }
  call.out << to << " is restored: " << survey->documents << " documents\n";
  if (!aside->empty()) call.out << "what was there is now " << *aside << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kRestore;
constexpr Command kRestore{
    .path = "restore",
    .arguments = "DIR",
    .summary = "bring a backup to where a stopped shadowd keeps its store",
    .details =
        "The backup is read to its last byte before anything is touched. A store that is there is\n"
        "not overwritten: --replace moves it to a folder beside, which is yours to remove.",
    .flags = kRestoreFlags,
    .run = RunRestore,
};

}  // namespace cli
