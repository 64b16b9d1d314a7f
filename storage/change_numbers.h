// The numbers of changes: they rise with each change in the whole store, and none is given twice in
// the store's life. They are handed out from blocks whose end is stored (kChangesKey), so that a
// commit writes nothing for them but once in a block. A restart leaves a gap, and so does a commit
// that failed: whether it was written is not known, so its numbers are not used again.
//
// Thread rule: the thread that commits.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace storage {

class ChangeNumbers {
 public:
  static constexpr uint64_t kBlock = 65'536;

  // Goes on behind all numbers that may have been used in `store`. DataLoss: what it holds about
  // them is no number.
  static absl::StatusOr<ChangeNumbers> Load(const Store& store);

  uint64_t Take() { return next_++; }

  uint64_t next() const { return next_; }

  // Where the next life goes on: the end of all blocks that were begun.
  uint64_t end() const { return appended_end_; }

  // Adds to `writes` what has to be committed with the changes whose numbers were taken, and gives
  // how at least: kSync with the end of a block. Whoever follows the feed may have read numbers of
  // that block, and without its end the next life would give them again.
  Durability Append(std::vector<Write>& writes);

  // Ends what Append began: the writes were committed, or not.
  void Committed() { stored_end_ = appended_end_; }
  void Failed() { appended_end_ = stored_end_; }

 private:
  explicit ChangeNumbers(uint64_t next) : next_(next), stored_end_(next), appended_end_(next) {}

  uint64_t next_;
  uint64_t stored_end_;  // numbers from here on have not been used, says the store
  uint64_t appended_end_;
};

}  // namespace storage
