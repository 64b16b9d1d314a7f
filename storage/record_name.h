// Which state of a shadow a record holds. Whoever writes over a record names the one that he has
// seen, so that a store that others can write finds out if it is another one by now.
#pragma once

#include <cstdint>

namespace storage {

// No two states of a shadow that follow each other are called the same: each has a version of its
// own, and a shadow whose versions begin anew does so 48 hours later (G7). Of no record: all zero.
struct RecordName {
  int64_t version = 0;   // of the document or tombstone
  int64_t at = 0;        // epoch seconds: updated_at; of a tombstone deleted_at
  bool deleted = false;  // it is a tombstone
  friend bool operator==(const RecordName&, const RecordName&) = default;
};

}  // namespace storage
