// Bytes as RocksDB and as we name them; both views live as long as what they look at.
#pragma once

#include <rocksdb/slice.h>

#include "absl/strings/string_view.h"

namespace storage {

inline rocksdb::Slice Slice(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace storage
