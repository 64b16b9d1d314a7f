#include "storage/restore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "storage/store_folder.h"
#include "storage/stranger.h"

namespace storage {
namespace {

namespace fs = std::filesystem;

constexpr char kLast[] = "CURRENT";  // a folder without it is no store
constexpr char kLock[] = "LOCK";
constexpr size_t kChunkBytes = 256u << 10;
constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

absl::Status Failure(absl::string_view what, const fs::path& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", what, " ", path.string()));
}

absl::Status Pour(int in, const fs::path& from, int out, const fs::path& to,
                  const std::function<void(size_t)>& add) {
  std::vector<char> chunk(kChunkBytes);
  while (true) {
    const ssize_t got = read(in, chunk.data(), chunk.size());
    if (got < 0) return Failure("read", from);
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = write(out, chunk.data() + done, static_cast<size_t>(got - done));
      if (put < 0) return Failure("write", to);
      done += put;
    }
    add(static_cast<size_t>(got));
  }
  return fsync(out) == 0 ? absl::OkStatus() : Failure("sync", to);
}

// A file of the backup, and no link to another. Gives what must be closed.
absl::StatusOr<int> OpenFile(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0 && errno != ELOOP) return Failure("open", path);
  struct stat facts {};
  if (file >= 0 && fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)) return file;
  if (file >= 0) close(file);
  return absl::FailedPreconditionError(
      absl::StrCat(path.string(), " is no regular file: a backup has no others, and no links"));
}

absl::StatusOr<int> MakeFile(const fs::path& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  if (file < 0) return Failure("make", path);
  return file;
}

absl::Status CopyFile(const fs::path& from, const fs::path& to,
                      const std::function<void(size_t)>& add) {
  const auto in = AsOwnerOf(from.parent_path(), [&] { return OpenFile(from); });
  if (!in.ok()) return in.status();
  const absl::Cleanup close_in = [&] { close(*in); };
  const auto out = AsOwnerOf(to.parent_path(), [&] { return MakeFile(to); });
  if (!out.ok()) return out.status();
  const absl::Cleanup close_out = [&] { close(*out); };
  return Pour(*in, from, *out, to, add);
}

// The names of the store's files, in the order in which they are copied.
absl::StatusOr<std::vector<std::string>> FileNames(const std::string& folder) {
  const auto state = LookIntoFolder(folder);
  if (!state.ok()) return state.status();
  if (*state != FolderState::kHoldsStore) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", folder));
  }
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool is_folder = fs::is_directory(entry->symlink_status());
    if (!is_folder && name != kLast && name != kLock) names.push_back(name);
  }
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot list ", folder));
  names.emplace_back(kLast);
  return names;
}

// Makes the folder where it is missing.
absl::Status MakeFolder(const std::string& path, const std::string& parent) {
  if (mkdir(path.c_str(), kFolderMode) == 0) return SyncFolder(parent);
  return errno == EEXIST ? absl::OkStatus() : Failure("make", path);
}

}  // namespace

absl::Status RestoreStore(const std::string& from, const std::string& to,
                          const std::function<void(uint64_t bytes)>& progress) {
  const auto names = AsOwnerOf(from, [&] { return FileNames(from); });
  if (!names.ok()) return names.status();
  if (const auto target = LookIntoFolder(to); !target.ok() || *target != FolderState::kFree) {
    return absl::AlreadyExistsError(absl::StrCat(to, " is not empty"));
  }
  const std::string parent = fs::absolute(to).parent_path().string();
  absl::Status status = AsOwnerOf(parent, [&] { return MakeFolder(to, parent); });
  const auto sync = [&] { return SyncFolder(to); };
  uint64_t copied = 0;
  for (const std::string& name : *names) {
    if (status.ok() && name == kLast) status = AsOwnerOf(to, sync);
    if (!status.ok()) return status;
    status = CopyFile(fs::path(from) / name, fs::path(to) / name, [&](size_t bytes) {
      copied += bytes;
      progress(copied);
    });
  }
  if (!status.ok()) return status;
  return AsOwnerOf(to, sync);
}

}  // namespace storage
