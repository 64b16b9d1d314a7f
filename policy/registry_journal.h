// Changes of several entries at once, all of which or none take place, whatever crashes: they are
// first written to one file, registry/changes.pending, and what stands in it counts until each of
// them stands in its own. Whoever takes the registry's lock next finishes what was interrupted.
//
//   {"changes": [{"file": "things/lamp1.json", "text": "{}\n"}, {"file": "things/old.json"}]}
//
// An entry without a text is removed.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/registry_part.h"

namespace policy {

struct EntryChange {
  RegistryPart part;
  std::string name;
  std::optional<std::string> text;  // of its file; nothing: it is removed

  friend bool operator==(const EntryChange&, const EntryChange&) = default;
};

// The entry that a file of the registry is of, "things/lamp1.json"; nothing: it is of none.
std::optional<std::pair<RegistryPart, std::string>> EntryOf(absl::string_view file);

// Whoever calls these holds the RegistryLock.

// Durable when it returns; sub-folders are made when they are missing. Fails with the system's
// reason; then all of it may have taken place, or nothing.
absl::Status WriteChanges(const std::string& folder, absl::Span<const EntryChange> changes);

// Finishes what was interrupted, if anything was.
absl::Status FinishChanges(const std::string& folder);

// What is under way or was interrupted; none usually. Needs no lock.
absl::StatusOr<std::vector<EntryChange>> ReadJournal(const std::string& folder);

}  // namespace policy
