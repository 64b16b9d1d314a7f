// The stored bytes of the journal (docs/storage-format.md): what one commit group keeps so that its
// requests can be answered again. They begin with a format version of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace storage {

inline constexpr int kJournalFormat = 2;  // 1 knew no brief entries; it is still read

// One applied update or delete of a commit group: what the pure core needs to give the same answer
// again.
struct JournalEntry {
  uint64_t sequence = 0;
  int64_t now = 0;             // the time it was applied at
  absl::string_view previous;  // the record bytes it was applied to; empty: there was none
  // Only accepted was worded, which says nothing of the document before but its version: a document
  // in `previous` has no sections.
  bool brief = false;
};

std::string EncodeJournal(const std::vector<JournalEntry>& entries);

// Views of the result point into `bytes`. DataLoss names what is wrong with bytes that
// EncodeJournal cannot have made; a newer format is FailedPrecondition.
absl::StatusOr<std::vector<JournalEntry>> DecodeJournal(absl::string_view bytes);

}  // namespace storage
