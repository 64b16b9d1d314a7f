#include "storage/stranger.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace storage {
namespace {

namespace fs = std::filesystem;

constexpr int kStepsMax = 1000;  // links may lead in a circle
constexpr size_t kUserEntryBytesMax = 64u << 10;
constexpr gid_t kNoGroup = 65534;

struct User {
  std::string name;
  gid_t gid;
};

// As the system knows him; nothing for a number without a name.
std::optional<User> FindUser(uid_t uid) {
  std::vector<char> room(kUserEntryBytesMax);
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, room.data(), room.size(), &found) != 0 || found == nullptr) {
    return std::nullopt;
  }
  return User{found->pw_name, found->pw_gid};
}

void PutBefore(const fs::path& path, std::deque<fs::path>& parts) {
  parts.insert(parts.begin(), path.begin(), path.end());
}

// The stranger whose `here` is, if it is one's.
absl::StatusOr<std::optional<Stranger>> Judge(const fs::path& here, const struct stat& facts) {
  if (facts.st_uid != 0 && facts.st_uid != geteuid()) {
    const auto user = FindUser(facts.st_uid);
    return Stranger{here.string(), facts.st_uid, user ? user->gid : kNoGroup};
  }
  // A group that who is not root lets write is his own affair.
  const mode_t refused = geteuid() == 0 ? S_IWGRP | S_IWOTH : S_IWOTH;
  const bool only_owners_rename = (facts.st_mode & S_ISVTX) != 0;
  if (S_ISDIR(facts.st_mode) && (facts.st_mode & refused) != 0 && !only_owners_rename) {
    return absl::FailedPreconditionError(absl::StrCat(
        here.string(), " may be written to by others than its owner, who could lead what is done ",
        "there elsewhere: take that away with chmod go-w"));
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<Stranger>> FindStranger(const std::string& path) {
  fs::path at;
  std::deque<fs::path> parts;
  PutBefore(fs::absolute(path), parts);
  for (int step = 0; !parts.empty(); ++step) {
    if (step == kStepsMax) {
      return absl::FailedPreconditionError(absl::StrCat(path, " leads through too many links"));
    }
    const fs::path part = parts.front();
    parts.pop_front();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      at = at.parent_path();
      continue;
    }
    const fs::path here = at / part;  // which is the root folder for a part "/"
    struct stat facts {};
    if (lstat(here.c_str(), &facts) != 0) return std::nullopt;
    auto stranger = Judge(here, facts);
    if (!stranger.ok() || stranger->has_value()) return stranger;
    if (S_ISLNK(facts.st_mode)) {
      std::error_code error;
      PutBefore(fs::read_symlink(here, error), parts);
    } else {
      at = here;
    }
  }
  return std::nullopt;
}

absl::Status RefuseStranger(const std::string& path) {
  const auto stranger = FindStranger(path);
  if (!stranger.ok()) return stranger.status();
  if (!stranger->has_value()) return absl::OkStatus();
  const auto user = FindUser((*stranger)->uid);
  return absl::FailedPreconditionError(
      absl::StrCat((*stranger)->folder, " belongs to the user ",
                   user ? user->name : absl::StrCat((*stranger)->uid),
                   ", who could lead what is done there elsewhere: name a folder where only root "
                   "and the user of ",
                   "this program may write, all the way down"));
}

absl::StatusOr<Guise> Guise::Of(const std::string& path) {
  if (geteuid() != 0) return Guise(std::nullopt);
  const auto stranger = FindStranger(path);
  if (!stranger.ok()) return stranger.status();
  if (!stranger->has_value()) return Guise(std::nullopt);
  Rights before{.gid = getegid(), .groups = std::vector<gid_t>(NGROUPS_MAX)};
  const int count = getgroups(NGROUPS_MAX, before.groups.data());
  before.groups.resize(count < 0 ? 0 : static_cast<size_t>(count));
  Guise guise(std::move(before));  // which undoes what of it has been done
  if (count < 0 || setgroups(0, nullptr) != 0 || setegid((*stranger)->gid) != 0 ||
      seteuid((*stranger)->uid) != 0) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot work as the owner of ", (*stranger)->folder));
  }
  return guise;
}

Guise::~Guise() {
  if (!before_) return;
  if (seteuid(0) == 0 && setegid(before_->gid) == 0 &&
      setgroups(before_->groups.size(), before_->groups.data()) == 0) {
    return;
  }
  std::abort();  // never go on as somebody else
}

}  // namespace storage
