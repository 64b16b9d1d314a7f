// The folder that a store on disk lives in: what is found there decides whether a store is opened,
// made or refused. Looking changes nothing.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace storage {

// How an error ends that refuses a store.
inline constexpr absl::string_view kRefusalAdvice =
    "nothing was changed; restore a backup, or look at a copy with shadowctl store check";

enum class FolderState {
  kFree,        // missing or empty: a store may be made here
  kHalfMade,    // making a store was interrupted before anything was accepted into it: go on
  kHoldsStore,  // to be opened, never to be made
};

// FailedPrecondition: not a folder, or one with files of somebody else. DataLoss: a store that
// lacks files without which it must not be opened. Both name the folder, what was found and what to
// do.
absl::StatusOr<FolderState> LookIntoFolder(const std::string& path);

// Makes the folder where it is missing, its owner's alone (0700), and marks it as half made, until
// FinishFolder says that the store in it is whole. Both have reached the disk when they return.
absl::Status BeginFolder(const std::string& path);
absl::Status FinishFolder(const std::string& path);

// Brings the folder's list of names to the disk.
absl::Status SyncFolder(const std::string& path);

// OK if a file of `bytes` could be written into the folder now. It does not stay.
absl::Status HasRoom(const std::string& path, size_t bytes);

}  // namespace storage
