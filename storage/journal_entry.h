// The stored bytes of the journal (docs/storage-format.md): what one commit group keeps so that its
// requests can be answered again. They begin with a format version of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace storage {

// 1 knew no brief entries, 2 no requests beyond shadows; they are still read. Where there are no
// such requests 2 is written.
inline constexpr int kJournalFormat = 3;

// One applied request of a commit group. Of an update or delete of a shadow: what the pure core
// needs to give the same answer again. Of a request beyond shadows: the answer itself.
struct JournalEntry {
  uint64_t sequence = 0;
  int64_t now = 0;             // the time it was applied at
  absl::string_view previous;  // the record bytes it was applied to; empty: there was none
  // Only accepted was worded, which says nothing of the document before but its version: a document
  // in `previous` has no sections.
  bool brief = false;
  // Beyond shadows: `previous` is the answer, a byte (1: accepted, 0: rejected) and its payload.
  bool beyond = false;
};

std::string EncodeJournal(const std::vector<JournalEntry>& entries);

// Views of the result point into `bytes`. DataLoss names what is wrong with bytes that
// EncodeJournal cannot have made; a newer format is FailedPrecondition.
absl::StatusOr<std::vector<JournalEntry>> DecodeJournal(absl::string_view bytes);

}  // namespace storage
