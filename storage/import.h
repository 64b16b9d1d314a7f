// Bringing shadows from elsewhere into a store, as they are: versions and metadata are theirs.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/store.h"

namespace storage {

struct Imported {
  int64_t imported = 0;
  int64_t kept = 0;  // were there already, and are as they were
  // How many more there are than before.
  int64_t documents_more = 0;
  int64_t tombstones_more = 0;
};

// Told, once, which records are going to be committed and which bytes each takes the place of
// (empty: none). May change the records' values, and adds writes to `beside` that are committed
// with them.
using BesideImport =
    std::function<void(absl::Span<Write> records, absl::Span<const absl::string_view> before,
                       std::vector<Write>& beside)>;

// Commits `records`, of key.h's keys and record.h's bytes, as one batch that is on the disk when
// this returns. A shadow that is there already is left alone, unless `replace`; of two records for
// one shadow the first counts, with `replace` the last. An error: none of them is imported, but
// for what Store::Commit says about errors.
absl::StatusOr<Imported> Import(std::vector<Write> records, bool replace,
                                const BesideImport& beside, Store& store);

}  // namespace storage
