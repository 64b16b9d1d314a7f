// The history entry of a change.
#pragma once

#include <cstdint>
#include <optional>

#include "shadow/arena.h"
#include "shadow/document.h"
#include "storage/history_entry.h"
#include "storage/record.h"

namespace history {

// A change of one shadow, from what is kept of it before to what is kept from now on.
struct Transition {
  // kUpdate, kDelete, kImport or kRestore. An update that makes the shadow becomes kCreate.
  storage::HistoryKind kind = storage::HistoryKind::kUpdate;
  const std::optional<shadow::Record>& before;  // as it is stored: one that has expired is nothing
  storage::RecordHead before_head{};
  const shadow::Record& after;
  int64_t now = 0;             // epoch seconds
  bool names_desired = false;  // an update with a word on that section
  storage::Author author{};
  uint64_t number = 0;  // its change number, 1 and up, above all that were used before
};

// Views of `entry` are those of the change, its patches live in the arena. An update is a wish if
// what is desired changed, be it in its times alone; one that changed nothing but the version, if
// it had a word on what is desired.
struct MadeEntry {
  storage::HistoryLane lane;
  storage::HistoryEntry entry;
  storage::RecordHead head;  // of the record after it, but for `differs`, which takes a walk
};
MadeEntry MakeEntry(const Transition& change, shadow::Arena& arena);

}  // namespace history
