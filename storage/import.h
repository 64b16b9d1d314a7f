// Bringing shadows from elsewhere into a store, as they are: versions and metadata are theirs.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace storage {

struct Imported {
  int64_t imported = 0;
  int64_t kept = 0;  // were there already, and are as they were
  // How many more there are than before.
  int64_t documents_more = 0;
  int64_t tombstones_more = 0;
};

// Commits `records`, of key.h's keys and record.h's bytes, as one batch that is on the disk when
// this returns. A shadow that is there already is left alone, unless `replace`; of two records for
// one shadow the first counts, with `replace` the last. An error: none of them is imported, but
// for what Store::Commit says about errors.
absl::StatusOr<Imported> Import(std::vector<Write> records, bool replace, Store& store);

}  // namespace storage
