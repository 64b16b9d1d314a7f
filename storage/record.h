// The stored bytes of a shadow (docs/storage-format.md). They begin with a format version of their
// own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "shadow/document.h"

namespace storage {

inline constexpr int kRecordFormat = 1;

// How many non-empty containers may stand inside one another in a section: what Limits::depth_max
// can be set to at most.
inline constexpr size_t kRecordDepthMax = 128;

std::string EncodeRecord(const shadow::Record& record);

// Texts of the result point into `bytes`, its nodes live in `arena`. DataLoss names what is wrong
// with bytes that EncodeRecord cannot have made; a newer format is FailedPrecondition. Only what
// keeps a reader safe is checked: that the texts are JSON is up to the store's checksums.
absl::StatusOr<shadow::Record> DecodeRecord(absl::string_view bytes, shadow::Arena& arena);

// What kind of record `bytes` are, by their first two bytes; kNone for no bytes and for what it
// does not understand.
enum class RecordKind { kNone, kDocument, kTombstone };
RecordKind KindOf(absl::string_view bytes);
RecordKind KindOf(const shadow::Record& record);

// True if `bytes` are a tombstone that has expired at `now` (G7), and so may be dropped. Looks at
// the fixed-size bytes of a tombstone only; false for whatever it does not understand.
bool IsExpiredTombstone(absl::string_view bytes, int64_t now);

}  // namespace storage
