// A commit in SQL: what is written, sorted into as few statements as there are kinds of it. Private
// to this room.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "storage/postgres/parameters.h"
#include "storage/store.h"

namespace storage {

// The statements of Store::Replace, without the fence. Rows are in the order of their keys, so that
// two who write the same do not wait for each other in a circle.
std::vector<PostgresStatement> WordCommit(absl::Span<const std::string> prefixes,
                                          absl::Span<const Write> writes);

// How many bytes of keys and values are written.
size_t BytesOf(absl::Span<const Write> writes);

}  // namespace storage
