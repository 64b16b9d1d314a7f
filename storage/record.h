// The stored bytes of a shadow (docs/storage-format.md). They begin with a format version of their
// own.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "storage/node.h"
#include "storage/record_name.h"

namespace storage {

inline constexpr int kRecordFormat = 2;  // 1 had no RecordHead; it is still read

// What is kept of a shadow beside its document or tombstone, so that it is known without looking
// anything else up. Of a record of format 1, and of one that was written while no history was kept:
// all of it zero.
struct RecordHead {
  bool differs = false;      // desired holds something that reported has not (shadow::Differs)
  uint64_t last_change = 0;  // the change number of its newest history entry; 0: none is known
  uint64_t last_wish = 0;    // of the newest one in the lane of wishes; 0: none is known
  friend bool operator==(const RecordHead&, const RecordHead&) = default;
};

std::string EncodeRecord(const shadow::Record& record, const RecordHead& head = {});

// The head of a document or tombstone, without a look at what is behind it. Errors as DecodeRecord.
absl::StatusOr<RecordHead> DecodeRecordHead(absl::string_view bytes);

// Texts of the result point into `bytes`, its nodes live in `arena`. DataLoss names what is wrong
// with bytes that EncodeRecord cannot have made; a newer format is FailedPrecondition. Only what
// keeps a reader safe is checked: that the texts are JSON is up to the store's checksums.
absl::StatusOr<shadow::Record> DecodeRecord(absl::string_view bytes, shadow::Arena& arena);

// What kind of record it is. The numbers are stored.
enum class RecordKind { kNone, kDocument, kTombstone };

// What a list of shadows tells of each.
struct RecordSummary {
  RecordKind kind = RecordKind::kNone;
  bool differs = false;    // as in RecordHead; of a record of format 1 it is looked for
  int64_t version = 0;     // of the document or tombstone
  int64_t updated_at = 0;  // epoch seconds; of a tombstone when it was deleted
};

// No bytes: of no record. Only a document of format 1 is decoded, in `arena`. Errors as
// DecodeRecord, as far as it looks.
absl::StatusOr<RecordSummary> SummarizeRecord(absl::string_view bytes, shadow::Arena& arena);

// Of the bytes of a record, without a look at what is behind its version and time; all zero of no
// bytes and of what it does not understand.
RecordName NameOf(absl::string_view bytes);

// By the first two bytes; kNone for no bytes and for what it does not understand.
RecordKind KindOf(absl::string_view bytes);
RecordKind KindOf(const shadow::Record& record);

// True if `bytes` are a tombstone that has expired at `now` (G7), and so may be dropped. Looks at
// the few bytes of a tombstone only; false for whatever it does not understand.
bool IsExpiredTombstone(absl::string_view bytes, int64_t now);

}  // namespace storage
