// Brings a backup to where shadowd looks for its store.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"

namespace storage {

// Copies the store in the folder `from`, which nobody has open, into the folder `to`, which must be
// missing or empty (AlreadyExists) and is made. Root reads as the owner of `from` and writes as
// that of `to`, or of the folder it is made in (storage/stranger.h): a link in a backup is refused
// (FailedPrecondition), and nobody but the store's owner can read what is made. All of it has
// reached the disk when it returns. Whatever interrupts it, `to` never looks like a whole store
// before it is one: it is refused as damaged, and may be emptied. `progress` gets the bytes copied
// so far.
absl::Status RestoreStore(const std::string& from, const std::string& to,
                          const std::function<void(uint64_t bytes)>& progress);

}  // namespace storage
