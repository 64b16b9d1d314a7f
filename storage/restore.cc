#include "storage/restore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "storage/store_folder.h"

namespace storage {
namespace {

namespace fs = std::filesystem;

constexpr char kLast[] = "CURRENT";  // a folder without it is no store
constexpr char kLock[] = "LOCK";
constexpr size_t kChunkBytes = 256u << 10;

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

absl::Status CopyFile(const fs::path& from, const fs::path& to, const struct stat& owner,
                      const std::function<void(size_t)>& add) {
  const int in = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return Failure("open", from);
  const absl::Cleanup close_in = [in] { close(in); };
  const int out = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (out < 0) return Failure("make", to);
  const absl::Cleanup close_out = [out] { close(out); };
  if (fchown(out, owner.st_uid, owner.st_gid) != 0) return Failure("give away", to);
  return Pour(in, from, out, to, add);
}

absl::Status SyncFolder(const fs::path& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return Failure("open", path);
  const absl::Cleanup close_folder = [folder] { close(folder); };
  return fsync(folder) == 0 ? absl::OkStatus() : Failure("sync", path);
}

// Makes the folder where it is missing, for the owner of the one that it is made in.
absl::StatusOr<struct stat> MakeFolder(const fs::path& path) {
  struct stat owner {};
  if (stat(path.c_str(), &owner) == 0) return owner;
  const fs::path parent = fs::absolute(path).parent_path();
  if (stat(parent.c_str(), &owner) != 0) return Failure("look at", parent);
  if (mkdir(path.c_str(), 0750) != 0) return Failure("make", path);
  if (chown(path.c_str(), owner.st_uid, owner.st_gid) != 0) return Failure("give away", path);
  if (absl::Status synced = SyncFolder(parent); !synced.ok()) return synced;
  return owner;
}

}  // namespace

absl::Status RestoreStore(const std::string& from, const std::string& to,
                          const std::function<void(uint64_t bytes)>& progress) {
  const auto source = LookIntoFolder(from);
  if (!source.ok()) return source.status();
  if (*source != FolderState::kHoldsStore) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", from));
  }
  if (const auto target = LookIntoFolder(to); !target.ok() || *target != FolderState::kFree) {
    return absl::AlreadyExistsError(absl::StrCat(to, " is not empty"));
  }
  const auto owner = MakeFolder(to);
  if (!owner.ok()) return owner.status();

  uint64_t copied = 0;
  const auto copy = [&](const fs::path& file) {
    return CopyFile(file, fs::path(to) / file.filename(), *owner, [&](size_t bytes) {
      copied += bytes;
      progress(copied);
    });
  };
  std::error_code error;
  for (fs::directory_iterator entry(from, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (!entry->is_regular_file() || name == kLast || name == kLock) continue;
    if (absl::Status status = copy(entry->path()); !status.ok()) return status;
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot list ", from));
  }
  if (absl::Status status = SyncFolder(to); !status.ok()) return status;
  if (absl::Status status = copy(fs::path(from) / kLast); !status.ok()) return status;
  return SyncFolder(to);
}

}  // namespace storage
