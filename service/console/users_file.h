// The file of the console's users, as it is by now: `shadowctl console user` and people change it
// while shadowd runs.
//
// Thread rule: any thread.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "identity/console_users.h"
#include "service/watch/log.h"

namespace service {

class ConsoleUsersFile {
 public:
  // An empty path: there are no users. `log` outlives it.
  ConsoleUsersFile(std::string path, Log& log) : path_(std::move(path)), log_(log) {}

  // Reads it; one that is not there has no users. Fails, naming the file, if it is not as it should
  // be.
  absl::Status Load() ABSL_LOCKS_EXCLUDED(mutex_);

  // The users by now; if the file has become one that cannot be used, those that were, and the log
  // says so, once.
  std::shared_ptr<const identity::ConsoleUsers> Current() ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether there is this user, with this role, password and these policies.
  bool Has(const identity::ConsoleUser& user);

 private:
  // What shows that it has changed.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t bytes = 0;
    timespec changed = {};
    bool operator==(const Stamp& other) const {
      return device == other.device && inode == other.inode && bytes == other.bytes &&
             changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
    }
  };
  static Stamp StampOf(const std::string& path);
  absl::Status Read() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  Log& log_;
  absl::Mutex mutex_;
  Stamp stamp_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const identity::ConsoleUsers> users_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const identity::ConsoleUsers>();
};

}  // namespace service
