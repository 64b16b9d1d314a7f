#include "storage/store.h"

#include "storage/key.h"

namespace storage {

absl::Status Store::Remove(absl::string_view prefix) {
  if (IsHistoryPrefix(prefix)) return Replace({std::string(prefix)}, {}, Durability::kSync);
  return absl::InvalidArgumentError("only the history of a thing, or one of its lanes, is removed");
}

absl::Status Moved() {
  return absl::AbortedError("somebody else has written a record meanwhile; nothing was committed");
}

absl::Status Fenced() {
  return absl::PermissionDeniedError("another shadowd has taken the store over");
}

}  // namespace storage
