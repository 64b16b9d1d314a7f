#include "service/console/users_file.h"

#include "absl/strings/str_cat.h"

namespace service {

ConsoleUsersFile::Stamp ConsoleUsersFile::StampOf(const std::string& path) {
  struct stat facts = {};
  if (stat(path.c_str(), &facts) != 0) return {};
  return {.device = facts.st_dev,
          .inode = facts.st_ino,
          .bytes = facts.st_size,
          .changed = facts.st_ctim};
}

absl::Status ConsoleUsersFile::Load() {
  const absl::MutexLock lock(&mutex_);
  if (path_.empty()) return absl::OkStatus();
  return Read();
}

absl::Status ConsoleUsersFile::Read() {
  stamp_ = StampOf(path_);  // before the text: what changes meanwhile is read again
  auto users = identity::ReadConsoleUsers(path_);
  if (absl::IsNotFound(users.status())) users = identity::ConsoleUsers();  // none yet, or any more
  if (!users.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("'", path_, "'", users.status().message()));
  }
  users_ = std::make_shared<const identity::ConsoleUsers>(*std::move(users));
  return absl::OkStatus();
}

std::shared_ptr<const identity::ConsoleUsers> ConsoleUsersFile::Current() {
  const absl::MutexLock lock(&mutex_);
  if (path_.empty() || StampOf(path_) == stamp_) return users_;
  const absl::Status read = Read();
  if (read.ok()) {
    log_.Info("console_users_read", {{"users", users_->size()}});
  } else {
    log_.Warning("console_users_refused", {{"cause", read.message()}});
  }
  return users_;
}

bool ConsoleUsersFile::Has(const identity::ConsoleUser& user) {
  const auto users = Current();
  const auto* const found = identity::FindConsoleUser(*users, user.name);
  return found != nullptr && *found == user;
}

}  // namespace service
