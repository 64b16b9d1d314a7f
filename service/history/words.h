// The words of what is told of the past: compact JSON, as docs/https.md has it. Each function
// appends one value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "history/change.h"
#include "shadow/id.h"
#include "storage/history_entry.h"
#include "storage/key.h"

namespace service {

// Whether it is told who made a change: client id, principal and address.
enum class Provenance { kHidden, kShown };

// Where an entry is, and what it says.
struct EntryAt {
  storage::HistoryId at;
  const storage::HistoryEntry& entry;
};

// `,"way":"mqtt","clientId":"…"…`: members that are not known, or not told, are not there.
void PrintAuthor(const storage::Author& author, Provenance provenance, std::string& out);

// An entry. `changes`: what it changed; nothing: that is not told.
using Changes = absl::Span<const history::LeafChange>;
void PrintEntry(const EntryAt& told, std::optional<Changes> changes, Provenance provenance,
                std::string& out);

// Of an entry that is not kept any more, where it was: `{"change":…,"thing":…,"kept":false}`.
void PrintLostEntry(const storage::HistoryId& at, std::string& out);

// {"path":["desired","fw"],"old":"2.0","new":"2.1"}; without `old` where nothing was, without
// `new` where nothing is.
void PrintChange(const history::LeafChange& change, std::string& out);

}  // namespace service
