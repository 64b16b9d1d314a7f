// An incident file: entries of a history, an object a line, as `shadow history --json` prints them.
// What happened in one place is played again in another.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/history/entry.h"

namespace cli {

inline constexpr size_t kIncidentBytesMax = 64 << 20;
inline constexpr size_t kIncidentEntriesMax = 100'000;

// All of it, or InvalidArgument with the line, and the member if one is wrong: "file:12: "version"
// is missing". `file` is what the text is called.
absl::StatusOr<std::vector<Entry>> ReadIncident(std::istream& in, const std::string& file);

}  // namespace cli
