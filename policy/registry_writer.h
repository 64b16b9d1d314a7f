// Changes to a registry's folder, one entry at a time. A crash at any point leaves the old entry or
// the new one, whole: a new file is written beside the old one, brought to the disk and renamed.
// registry_journal.h changes several at once.
//
// Nobody is told: a broker takes the change up when it loads the registry again. Two writers at
// once must share a RegistryLock, or the later one's entry stands.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/registry_part.h"

namespace policy {

inline constexpr mode_t kEntryMode = 0644;  // entries hold no secrets
inline constexpr mode_t kKeyMode = 0600;    // private keys

// `mode` is exactly the file's, whatever the umask. Fails with the system's reason.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view text, mode_t mode);

// Gives whether it was there. Durable, too.
absl::StatusOr<bool> RemoveFile(const std::string& path);

// With the folders above it; one that is there is left as it is.
absl::Status MakeFolder(const std::string& folder);

// Fails, naming the file and the remedy, if anybody but its owner has access to a private key.
absl::Status CheckKeyFile(const std::string& path);

// PermissionDenied if this process may not change the entries of a registry: names the folder, why,
// and what would be right. What is not there yet is no hindrance; nothing is written.
absl::Status CheckWritable(const std::string& folder);

// Both are idempotent and give whether anything changed. The folder and its sub-folders are made
// when they are missing. Names and texts are checked first: what LoadRegistry would refuse of the
// entry by itself is refused here with InvalidArgument. Attachments to entries that are not there
// are for the caller to avoid.
absl::StatusOr<bool> PutEntry(const std::string& folder, RegistryPart part, absl::string_view name,
                              absl::string_view text);
absl::StatusOr<bool> RemoveEntry(const std::string& folder, RegistryPart part,
                                 absl::string_view name);

// Holds other RegistryLocks of the same folder off, those of other processes included, until it is
// destroyed.
class RegistryLock {
 public:
  // Waits for its turn. Makes the folder when it is missing, and finishes what a crash has
  // interrupted there.
  static absl::StatusOr<RegistryLock> Take(const std::string& folder);

  RegistryLock(RegistryLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  RegistryLock& operator=(RegistryLock&&) = delete;
  ~RegistryLock();

 private:
  explicit RegistryLock(int file) : file_(file) {}

  int file_;
};

}  // namespace policy
