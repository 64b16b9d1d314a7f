// Entries of a history as a person reads them.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/history/entry.h"

namespace cli {

// "certificate cd68a1.. client lamp (10.0.0.7)", "console user anna", "admin socket"; "over HTTPS"
// and such where it was not MQTT.
std::string WhoText(const Author& author);

// "@41".
std::string VersionText(int64_t version);

struct EntryStyle {
  absl::TimeZone zone;
  bool colour = false;
  std::vector<std::string> path{};  // only changes at, below or above it; empty: all
};

// For Columns: version (none for an event), time, who and what; a row more for each further change.
std::vector<std::vector<std::string>> EntryRows(const Entry& entry, const EntryStyle& style);

// "  desired.fw: "2.0" -> "2.1"" for each, as shadow watch prints them.
std::string ChangesText(absl::Span<const Change> changes, bool colour);

}  // namespace cli
