#include "policy/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace policy {
namespace {

absl::Status SystemError(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(" ", what, ": ", strerror(errno)));
}

}  // namespace

std::string ModeFault(mode_t mode, mode_t refused) {
  if ((mode & refused) == 0) return "";
  if (refused == S_IWOTH) return " every user may write to it: take that away with chmod o-w";
  if ((refused & S_IRGRP) == 0) {
    return " is secret and others than its owner and group have access: take that away with chmod "
           "g-wx,o-rwx";
  }
  return " is secret and others than its owner have access: take that away with chmod go-rwx";
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path, mode_t refused,
                                         size_t bytes_max) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    const bool missing = errno == ENOENT;
    absl::Status status = SystemError("cannot be opened");
    return missing ? absl::NotFoundError(status.message()) : status;
  }
  const auto closed = absl::MakeCleanup([file] { close(file); });
  struct stat facts = {};
  if (fstat(file, &facts) != 0) return SystemError("cannot be read");
  if (!S_ISREG(facts.st_mode)) return absl::InvalidArgumentError(" is not a regular file");
  if (auto fault = ModeFault(facts.st_mode, refused); !fault.empty()) {
    return absl::InvalidArgumentError(fault);
  }
  std::string text(std::min(static_cast<size_t>(facts.st_size), bytes_max) + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("cannot be read");
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace policy
