// Where shadows are kept: an ordered map from keys to bytes whose batches are written whole or not
// at all. Keys are made by key.h and bytes by record.h; a store does not look into them, but for
// one thing: records that have expired (record.h) may vanish by themselves.
//
// Thread rule: reads may come from any thread at any time; commits from one thread at a time.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/history_bounds.h"
#include "storage/record_name.h"
#include "storage/statistics.h"

namespace storage {

// What a commit that returned has reached.
enum class Durability {
  kSync,     // the disk: survives a power cut
  kRelaxed,  // the operating system: survives the death of the process; the disk with the next Sync
};

struct Write {
  std::string key;
  std::optional<std::string> value;  // nothing: the key is removed
  // Of a record: what the writer took for stored under the key. Nothing: he goes over whatever is
  // there.
  std::optional<RecordName> found{};
};

class Store {
 public:
  virtual ~Store() = default;

  // Replaces `values` by what is stored under `keys`, in their order; nothing for a key that is not
  // there. Any error leaves `values` unspecified.
  virtual absl::Status Read(absl::Span<const std::string> keys,
                            std::vector<std::optional<std::string>>& values) const = 0;

  // Calls `visit` for the keys that begin with `prefix` and come after `after`, in their order,
  // until it returns false. The views hold during the call.
  virtual absl::Status Scan(
      absl::string_view prefix, absl::string_view after,
      const std::function<bool(absl::string_view key, absl::string_view value)>& visit) const = 0;

  // All of `writes`, later ones over earlier ones, or none.
  //
  // Aborted: none; a record is not what its writer took for stored, since somebody else has written
  // it. The store is well: who reads again and commits again can succeed. A store that nobody else
  // can write (RocksDB) need not look.
  //
  // PermissionDenied: none; another one has taken the store over (storage/ownership.h), and nothing
  // of this one is committed any more.
  //
  // After any other error it is unknown which of the two, and every later commit fails with the
  // same error until the store is opened again or Recover succeeds.
  virtual absl::Status Commit(absl::Span<const Write> writes, Durability durability) = 0;

  // Brings everything committed so far to the disk.
  virtual absl::Status Sync() = 0;

  // Removes whatever begins with one of `prefixes` and then is as Commit: one commit of both. Each
  // is kRecordPrefix, kHistoryPrefix, or of history and made by HistoryThingPrefix or
  // HistoryLanePrefix (else InvalidArgument). The bytes of history go with CompactHistory.
  virtual absl::Status Replace(absl::Span<const std::string> prefixes,
                               absl::Span<const Write> writes, Durability durability) = 0;

  // Removes all history whose key begins with `prefix`, made by HistoryThingPrefix or
  // HistoryLanePrefix (else InvalidArgument). It cannot be read any more, after a power cut
  // neither. Else as Replace.
  absl::Status Remove(absl::string_view prefix);

  // Change numbers below which no history is kept: what is there may vanish at any time. Any
  // thread.
  virtual HistoryFloors Floors() const = 0;

  // Raises those that are lower than in `floors`. Else as Commit with kSync.
  virtual absl::Status RaiseFloors(const HistoryFloors& floors) = 0;

  // Rewrites the history: what is beyond the store's bounds, below the floors or removed takes no
  // room after it. Takes long; Cancelled soon after `stop` becomes true, which the store sets
  // itself where it must. Any thread, one call at a time.
  virtual absl::Status CompactHistory(std::atomic<bool>& stop) = 0;

  // What there is to tell about how it does. Any thread; takes some file system calls.
  virtual Statistics ReadStatistics() const = 0;

  // Makes the folder `path` with a store that holds exactly what was committed before some instant
  // during the call. Commits go on meanwhile. AlreadyExists: the folder is there. Unimplemented: a
  // store that is not on a disk. Any thread.
  virtual absl::Status BackUp(const std::string& path) const = 0;

  // The error that commits fail with, or OK.
  virtual absl::Status Health() const = 0;

  // Tries to make commits possible again after an error whose cause may have gone (a full disk).
  // OK: the store holds exactly what was committed before the error, perhaps with the failed batch,
  // and takes commits. Else the error that stands in the way.
  virtual absl::Status Recover() = 0;
};

// What Commit gives if a record is not what its writer took for stored, and if the store is another
// one's.
absl::Status Moved();
absl::Status Fenced();

}  // namespace storage
