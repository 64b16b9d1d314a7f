// Where the entries of one shadow's history come from.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/key.h"

namespace history {

struct StoredEntry {
  uint64_t change = 0;
  absl::string_view bytes;    // storage/history_entry.h
  uint64_t stored_bytes = 0;  // of its key and `bytes`: what counts against the lane's bound
};

class EntrySource {
 public:
  virtual ~EntrySource() = default;

  // The newest entry of `lane` whose change number is less than `below`; nothing: there is none. A
  // lane is asked for ever older ones. Events are those of the thing. The view holds until the next
  // call. DataLoss: it is there and cannot be read.
  virtual absl::StatusOr<std::optional<StoredEntry>> Next(storage::HistoryLane lane,
                                                          uint64_t below) = 0;
};

}  // namespace history
