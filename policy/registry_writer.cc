#include "policy/registry_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "policy/registry.h"
#include "policy/registry_journal.h"

namespace policy {
namespace {

absl::Status SystemError(absl::string_view what, const std::string& path) {
  return absl::InternalError(absl::StrCat(path, " ", what, ": ", strerror(errno)));
}

absl::Status SyncFolder(const std::string& folder) {
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return SystemError("cannot be opened", folder);
  const auto closed = absl::MakeCleanup([file] { close(file); });
  if (fsync(file) != 0) return SystemError("cannot be brought to the disk", folder);
  return absl::OkStatus();
}

absl::Status WriteAll(int file, absl::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("cannot be written", path);
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(file) != 0) return SystemError("cannot be brought to the disk", path);
  return absl::OkStatus();
}

std::string FolderOf(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

absl::Status CheckName(RegistryPart part, absl::string_view name) {
  const std::string fault = NameFault(part, name);
  return fault.empty() ? absl::OkStatus() : absl::InvalidArgumentError(fault);
}

}  // namespace

absl::Status WriteFileAtomically(const std::string& path, absl::string_view text, mode_t mode) {
  std::string beside = path + ".XXXXXX";  // does not end in .json: never read as an entry
  const int file = mkostemp(beside.data(), O_CLOEXEC);
  if (file < 0) return SystemError("cannot be made", beside);
  auto removed = absl::MakeCleanup([&] { unlink(beside.c_str()); });
  absl::Status status = WriteAll(file, text, beside);
  if (status.ok() && fchmod(file, mode) != 0) status = SystemError("cannot get its mode", beside);
  if (close(file) != 0 && status.ok()) status = SystemError("cannot be closed", beside);
  if (!status.ok()) return status;
  if (rename(beside.c_str(), path.c_str()) != 0) return SystemError("cannot be replaced", path);
  std::move(removed).Cancel();
  return SyncFolder(FolderOf(path));
}

absl::Status CheckKeyFile(const std::string& path) {
  struct stat facts = {};
  if (stat(path.c_str(), &facts) != 0) return SystemError("cannot be read", path);
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path, " is a private key that others than its owner may use: set it right with chmod 600"));
}

absl::Status MakeFolder(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::create_directories(folder, error) && !error) return absl::OkStatus();
  // Whatever the umask: the broker reads what shadowd writes.
  if (!error) {
    using std::filesystem::perms;
    std::filesystem::permissions(folder,
                                 perms::owner_all | perms::group_read | perms::group_exec |
                                     perms::others_read | perms::others_exec,
                                 error);
  }
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(folder, " cannot be made: ", error.message()));
}

absl::Status CheckWritable(const std::string& folder) {
  std::vector<std::string> places = {folder};
  for (const RegistryPart part : LoadedParts()) {
    places.push_back(absl::StrCat(folder, "/", PartFolder(part)));
  }
  for (const std::string& place : places) {
    if (faccessat(AT_FDCWD, place.c_str(), W_OK | X_OK, AT_EACCESS) == 0) continue;
    if (errno == EROFS) {
      return absl::PermissionDeniedError(absl::StrCat(
          place, " is mounted read-only here: mount it writable in a container, or name ", folder,
          " in the unit's ReadWritePaths="));
    }
    if (errno != EACCES) continue;
    return absl::PermissionDeniedError(
        absl::StrCat(place, " may not be written to by the user ", geteuid(),
                     ", whom this program runs as: make all of it his with chown -hR ", geteuid(),
                     ": ", folder));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RemoveFile(const std::string& path) {
  if (unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return false;
    return SystemError("cannot be removed", path);
  }
  if (auto s = SyncFolder(FolderOf(path)); !s.ok()) return s;
  return true;
}

absl::StatusOr<bool> PutEntry(const std::string& folder, RegistryPart part, absl::string_view name,
                              absl::string_view text) {
  if (auto s = CheckName(part, name); !s.ok()) return s;
  if (auto s = Registry().Put(part, name, text); !s.ok()) return s;
  const std::string path = absl::StrCat(folder, "/", EntryFile(part, name));
  std::ifstream old(path, std::ios::binary);
  if (old && (std::stringstream() << old.rdbuf()).str() == std::string(text)) return false;
  if (auto status = MakeFolder(FolderOf(path)); !status.ok()) return status;
  if (auto status = WriteFileAtomically(path, text, kEntryMode); !status.ok()) return status;
  return true;
}

absl::StatusOr<bool> RemoveEntry(const std::string& folder, RegistryPart part,
                                 absl::string_view name) {
  if (auto s = CheckName(part, name); !s.ok()) return s;
  return RemoveFile(absl::StrCat(folder, "/", EntryFile(part, name)));
}

absl::StatusOr<RegistryLock> RegistryLock::Take(const std::string& folder) {
  if (auto s = MakeFolder(folder); !s.ok()) return s;
  // The folder itself is locked, so that nothing is left lying about.
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return SystemError("cannot be opened", folder);
  RegistryLock lock(file);
  while (flock(file, LOCK_EX) != 0) {
    if (errno != EINTR) return SystemError("cannot be locked", folder);
  }
  if (auto s = FinishChanges(folder); !s.ok()) return s;
  return lock;
}

RegistryLock::~RegistryLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace policy
