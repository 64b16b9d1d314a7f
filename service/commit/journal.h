// How a request that comes twice is applied once. With each commit group goes one journal entry:
// for every update and delete of the group, the record it was applied to and the time. A request
// that the plugin sends again is looked up here; if it was applied, the pure core run again on the
// same record gives the same answer.
//
// Entries go when the plugin has the answers (answered_below), or is another one (a new epoch):
// with a later commit, never with one of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "storage/journal_entry.h"
#include "storage/store.h"

namespace service {

class Journal {
 public:
  // Finds what an earlier life left in `store`, which must outlive the journal.
  static absl::StatusOr<Journal> Load(const storage::Store& store);

  // Tells what the plugin said last about itself.
  void Advance(uint64_t epoch, uint64_t answered_below);

  // An applied request: the time it was applied at and the record bytes it was applied to (empty:
  // none). The view holds until the next call.
  absl::StatusOr<std::optional<storage::JournalEntry>> Find(uint64_t sequence);

  // True for a request that was handled before one that is known to be applied. If Find does not
  // know it, it changed nothing then, and must change nothing now: what came after it counts.
  bool HasPassed(uint64_t sequence) const { return sequence < applied_last_; }

  // Adds to `writes` the entry for a group and the removal of entries that are no longer needed.
  // Entries are ascending by sequence.
  void Append(const std::vector<storage::JournalEntry>& entries,
              std::vector<storage::Write>& writes);

  // Ends what Append began: the writes were committed, or not.
  void Committed();
  void Failed();

 private:
  struct Group {
    uint64_t epoch;
    uint64_t first;
    uint64_t last;
  };

  explicit Journal(const storage::Store& store) : store_(&store) {}

  void Know(const Group& group);

  const storage::Store* store_;
  uint64_t epoch_ = 0;
  uint64_t answered_below_ = 0;
  absl::btree_map<uint64_t, uint64_t> groups_;  // of this epoch: first sequence, last sequence
  uint64_t applied_last_ = 0;                   // the highest sequence known to be applied
  std::vector<Group> stale_;                    // to be removed with the next commit
  std::optional<Group> pending_;
  std::vector<Group> removing_;

  // The group read last, for requests that come again side by side.
  std::string read_key_;
  std::string read_bytes_;
  std::vector<storage::JournalEntry> read_entries_;
  std::vector<Group> loaded_;  // of any epoch, until the plugin has told its own
};

}  // namespace service
