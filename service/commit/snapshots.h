// What a test bench does with the store as a whole: removes all shadows, or keeps them aside and
// brings them back. Each is one commit, between two groups. The journal stays as it is: a request
// that comes again is answered as it was, whatever became of its shadow.
//
// Snapshots are kept in memory until the process ends, each a copy of all records and their
// history. What is brought back is only what differs by then.
//
// Thread rule: the thread that commits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/commit/worker.h"
#include "storage/store.h"

namespace service {

class Snapshots {
 public:
  static constexpr size_t kMost = 16;
  static constexpr size_t kBytesMax = 256u << 20;  // of all of them, as they are stored

  struct Count {
    int64_t shadows = 0;
    int64_t tombstones = 0;  // of shadows that were deleted lately

    friend bool operator==(const Count&, const Count&) = default;
  };
  struct Kept {
    Count count{};
    size_t bytes = 0;
    int64_t taken_at = 0;  // epoch seconds
  };

  // Both outlive it. `now` gives epoch seconds.
  Snapshots(storage::Store& store, Worker& worker, std::function<int64_t()> now,
            size_t bytes_max = kBytesMax)
      : store_(store), worker_(worker), now_(std::move(now)), bytes_max_(bytes_max) {}

  // Removes shadows and tombstones of the things that `is_meant` says, and their history; null: of
  // all. Gives how many. Unavailable: the store takes no commits.
  absl::StatusOr<Count> Reset(const std::function<bool(absl::string_view thing)>& is_meant);

  // Keeps all of the store under a name; what was kept under it goes. ResourceExhausted: there
  // would be more than kMost, or more bytes than may be; nothing changes then.
  absl::StatusOr<Kept> Take(const std::string& name);

  // Brings back what is kept under a name, and removes what is not in it. NotFound: nothing is.
  // Unavailable: the store takes no commits.
  absl::StatusOr<Kept> Restore(const std::string& name);

  // NotFound: nothing is kept under the name.
  absl::Status Delete(const std::string& name);

  std::map<std::string, Kept> List() const;

 private:
  struct Snapshot : Kept {
    std::vector<storage::Write> entries;  // in the order of their keys; each has a value
  };

  size_t BytesBeside(absl::string_view name) const;

  storage::Store& store_;
  Worker& worker_;
  const std::function<int64_t()> now_;
  const size_t bytes_max_;
  std::map<std::string, Snapshot> snapshots_;
};

}  // namespace service
