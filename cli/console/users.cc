#include "cli/console/users.h"

#include <fcntl.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/settings.h"
#include "identity/password.h"
#include "policy/registry_writer.h"
#include "storage/stranger.h"

ABSL_FLAG(std::string, console_users, "", "FILE: the users of the console");

namespace cli {
namespace {

constexpr mode_t kUsersMode = 0600;

absl::Status InFile(const std::string& path, const absl::Status& status) {
  return {status.code(), absl::StrCat(path, status.message())};
}

// A line, without an echo if it is typed.
std::string ReadLine(Call& call, absl::string_view prompt) {
  termios before = {};
  const bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (is_terminal) {
    call.err << prompt << std::flush;
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  const absl::Cleanup restored = [&] {
    if (!is_terminal) return;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    call.err << "\n";
  };
  std::string line;
  std::getline(std::cin, line);
  return line;
}

}  // namespace

absl::StatusOr<std::string> ConsoleUsersPath() {
  return RequiredSetting(FLAGS_console_users, "where are the console's users?", "FILE");
}

absl::StatusOr<identity::ConsoleUsers> ReadUsers(const std::string& path) {
  auto users = identity::ReadConsoleUsers(path);
  if (absl::IsNotFound(users.status())) return identity::ConsoleUsers();
  if (!users.ok()) return InFile(path, users.status());
  return users;
}

absl::Status EditUsers(const std::string& path,
                       const std::function<absl::Status(identity::ConsoleUsers&)>& edit) {
  return storage::AsOwnerOf(path, [&]() -> absl::Status {
    const std::string folder = std::filesystem::path(path).parent_path();
    const int lock =
        open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) return absl::NotFoundError(absl::StrCat(folder, ": ", strerror(errno)));
    const absl::Cleanup unlocked = [lock] { close(lock); };
    if (flock(lock, LOCK_EX) != 0) {
      return absl::UnavailableError(absl::StrCat(folder, " cannot be locked: ", strerror(errno)));
    }
    auto users = ReadUsers(path);
    if (!users.ok()) return users.status();
    if (absl::Status edited = edit(*users); !edited.ok()) return edited;
    const std::string text = identity::PrintConsoleUsers(*users);
    // What shadowd would refuse is not written.
    if (auto read = identity::ParseConsoleUsers(text); !read.ok()) return read.status();
    return policy::WriteFileAtomically(path, text, kUsersMode);
  });
}

absl::StatusOr<identity::ConsoleUser*> UserNamed(identity::ConsoleUsers& users,
                                                 absl::string_view name) {
  for (identity::ConsoleUser& user : users) {
    if (user.name == name) return &user;
  }
  return absl::NotFoundError(absl::StrCat("there is no user \"", name, "\" of the console"));
}

absl::StatusOr<std::string> AskForPassword(Call& call, absl::string_view name) {
  std::string password = ReadLine(call, absl::StrCat("Password for ", name, ": "));
  if (password.size() < identity::kPasswordBytesMin ||
      password.size() > identity::kPasswordBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("a password has ", identity::kPasswordBytesMin,
                                                   " to ", identity::kPasswordBytesMax, " bytes"));
  }
  if (isatty(STDIN_FILENO) != 0 && ReadLine(call, "Once more: ") != password) {
    return absl::InvalidArgumentError("that is not the same password");
  }
  return password;
}

}  // namespace cli
