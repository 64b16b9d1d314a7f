#include "storage/store_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace storage {
namespace {

namespace fs = std::filesystem;

constexpr char kHalfMadeMark[] = "HALF_MADE";
constexpr char kRoomProbe[] = "ROOM_PROBE";

// What a fresh file system puts into its root.
constexpr char kLostAndFound[] = "lost+found";

absl::Status FromErrno(int error, absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(error, absl::StrCat("cannot ", what, " ", path));
}

std::string In(const std::string& folder, const char* file) {
  return (fs::path(folder) / file).string();
}

bool LooksLikeStoreFile(absl::string_view name) {
  return absl::StartsWith(name, "MANIFEST-") || absl::StartsWith(name, "OPTIONS-") ||
         absl::EndsWith(name, ".sst") || absl::EndsWith(name, ".log") || name == "IDENTITY";
}

template <class Names, class Predicate>
bool Any(const Names& names, Predicate predicate) {
  for (const std::string& name : names) {
    if (predicate(absl::string_view(name))) return true;
  }
  return false;
}

absl::Status Lacks(const std::string& path, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the store in ", path, " is damaged: ", what, " is missing; ", kRefusalAdvice));
}

}  // namespace

absl::StatusOr<FolderState> LookIntoFolder(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return FolderState::kFree;
  if (error) return FromErrno(error.value(), "look at", path);
  if (!fs::is_directory(status)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not a folder: give the store a folder of its own"));
  }

  std::set<std::string> names;
  for (fs::directory_iterator entry(path, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    names.insert(entry->path().filename().string());
  }
  if (error) return FromErrno(error.value(), "list", path);
  names.erase(kLostAndFound);

  if (names.empty()) return FolderState::kFree;
  if (names.count(kHalfMadeMark) > 0) return FolderState::kHalfMade;
  if (names.count("CURRENT") > 0) {
    // An open or closed store always has one: without it, what was committed last is gone.
    const bool has_log = Any(names, [](auto name) { return absl::EndsWith(name, ".log"); });
    if (!has_log) return Lacks(path, "the write-ahead log (*.log)");
    return FolderState::kHoldsStore;
  }
  if (Any(names, LooksLikeStoreFile)) return Lacks(path, "the file CURRENT");
  return absl::FailedPreconditionError(
      absl::StrCat(path, " holds files that are no store (", *names.begin(),
                   "); nothing was changed; give the store an empty folder of its own"));
}

absl::Status BeginFolder(const std::string& path) {
  std::error_code error;
  const fs::path folder = fs::absolute(path);
  fs::create_directories((folder / "").parent_path().parent_path(), error);
  if (error) return FromErrno(error.value(), "make the folder", path);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return FromErrno(errno, "make the folder", path);
  }
  const std::string mark = In(path, kHalfMadeMark);
  const int file = open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return FromErrno(errno, "make", mark);
  close(file);
  return SyncFolder(path);
}

absl::Status FinishFolder(const std::string& path) {
  const std::string mark = In(path, kHalfMadeMark);
  if (unlink(mark.c_str()) != 0) return FromErrno(errno, "remove", mark);
  return SyncFolder(path);
}

absl::Status SyncFolder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return FromErrno(errno, "open the folder", path);
  const int error = fsync(folder) == 0 ? 0 : errno;
  close(folder);
  return error == 0 ? absl::OkStatus() : FromErrno(error, "sync the folder", path);
}

absl::Status HasRoom(const std::string& path, size_t bytes) {
  const std::string probe = In(path, kRoomProbe);
  const int file = open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return FromErrno(errno, "make", probe);
  const int error = posix_fallocate(file, 0, static_cast<off_t>(bytes));
  close(file);
  unlink(probe.c_str());
  return error == 0 ? absl::OkStatus()
                    : FromErrno(error, absl::StrCat("find room for ", bytes, " bytes in"), path);
}

}  // namespace storage
