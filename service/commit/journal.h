// How a request that comes twice is applied once. With each commit group goes one journal entry:
// for every update and delete of the group, the record it was applied to and the time. A request
// that the plugin sends again is looked up here; if it was applied, the pure core run again on the
// same record gives the same answer.
//
// Entries go when the plugin has the answers (answered_below), or is another one (a new epoch):
// with a later commit, never with one of their own. Those of an earlier life wait until every
// broker has told its epoch, or for ForgetUnclaimed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "storage/journal_entry.h"
#include "storage/store.h"

namespace service {

// What one group has applied, ascending by sequence, for each broker.
class Applied {
 public:
  using Entries = std::vector<storage::JournalEntry>;

  void Add(size_t broker, const storage::JournalEntry& entry);
  // Brings `other` in.
  void Join(const Applied& other);

  size_t brokers() const { return of_broker_.size(); }  // that have any, and those before them
  const Entries& of(size_t broker) const { return of_broker_[broker]; }

 private:
  Entries& Of(size_t broker);

  absl::InlinedVector<Entries, 1> of_broker_;
};

class Journal {
 public:
  // Finds what an earlier life left in `store`, which must outlive the journal.
  static absl::StatusOr<Journal> Load(const storage::Store& store, size_t brokers = 1);

  // Tells what the plugin of a broker said last about itself.
  void Advance(size_t broker, uint64_t epoch, uint64_t answered_below);

  // A broker that has not been there for so long will not ask for what an earlier life has left.
  void ForgetUnclaimed();

  // The last that Advance was told of a broker; 0: nothing.
  uint64_t epoch(size_t broker) const { return lives_[broker].epoch; }

  // An applied request: the time it was applied at and the record bytes it was applied to (empty:
  // none). The view holds until the next call.
  absl::StatusOr<std::optional<storage::JournalEntry>> Find(size_t broker, uint64_t sequence);

  // True for a request that was handled before one that is known to be applied. If Find does not
  // know it, it changed nothing then, and must change nothing now: what came after it counts.
  bool HasPassed(size_t broker, uint64_t sequence) const {
    return sequence < lives_[broker].applied_last;
  }

  // Adds to `writes` the entries for a group, one for each broker that has any, and the removal of
  // those that are no longer needed.
  void Append(const Applied& applied, std::vector<storage::Write>& writes);

  // Ends what Append began: the writes were committed, or not.
  void Committed();
  void Failed();

 private:
  struct Group {
    uint64_t epoch;
    uint64_t first;
    uint64_t last;
  };

  // Of the plugin of one broker.
  struct Life {
    uint64_t epoch = 0;
    uint64_t answered_below = 0;
    absl::btree_map<uint64_t, uint64_t> groups{};  // first sequence, last sequence
    uint64_t applied_last = 0;                     // the highest sequence known to be applied
  };

  Journal(const storage::Store& store, size_t brokers) : store_(&store), lives_(brokers) {}

  void Begin(Life& life, uint64_t epoch);
  static void Know(Life& life, const Group& group);

  const storage::Store* store_;
  std::vector<Life> lives_;                                   // one a broker
  std::vector<Group> stale_;                                  // to be removed with the next commit
  absl::InlinedVector<std::pair<size_t, Group>, 1> pending_;  // with the broker
  std::vector<Group> removing_;

  // The group read last, for requests that come again side by side.
  std::string read_key_;
  std::string read_bytes_;
  std::vector<storage::JournalEntry> read_entries_;
  std::vector<Group> loaded_;  // of epochs that no plugin has told yet
};

}  // namespace service
