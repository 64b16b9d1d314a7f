#include "cli/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace cli {
namespace {

absl::Status Fault(const std::string& path, int error) {
  const std::string text = absl::StrCat(path, " cannot be read: ", strerror(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  return absl::InternalError(text);
}

absl::StatusOr<std::string> ReadAll(int file, const std::string& path) {
  std::string text;
  char piece[16 * 1024];
  while (true) {
    const ssize_t got = read(file, piece, sizeof(piece));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fault(path, errno);
    if (got == 0) return text;
    text.append(piece, static_cast<size_t>(got));
    if (text.size() > kTextFileBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " is longer than ", kTextFileBytesMax, " bytes"));
    }
  }
}

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  if (path == "-") return ReadAll(STDIN_FILENO, "standard input");
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Fault(path, errno);
  const auto closed = absl::MakeCleanup([file] { close(file); });
  struct stat facts = {};
  if (fstat(file, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is a folder; a file is wanted"));
  }
  return ReadAll(file, path);
}

}  // namespace cli
