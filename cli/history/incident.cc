#include "cli/history/incident.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace cli {
namespace {

constexpr absl::string_view kKinds[] = {"create",  "update",    "delete", "import",
                                        "restore", "connected", "ended",  "get"};

absl::Status Fault(const std::string& file, size_t line, absl::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat(file, ":", line, ": ", fault));
}

absl::StatusOr<std::string> ReadBounded(std::istream& in, const std::string& file) {
  std::string text;
  char piece[64 * 1024];
  while (in.read(piece, sizeof(piece)), in.gcount() > 0) {
    text.append(piece, static_cast<size_t>(in.gcount()));
    if (text.size() > kIncidentBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(file, " is longer than ", kIncidentBytesMax,
                                                     " bytes: take less of the ",
                                                     "history, with --since, --until or --wishes"));
    }
  }
  return text;
}

// What an entry must be to be played again, beside being one.
absl::Status CheckPlayable(const Entry& entry) {
  if (std::find(std::begin(kKinds), std::end(kKinds), entry.kind) == std::end(kKinds)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"kind\" is \"", entry.kind, "\", which is none that is known"));
  }
  if (!entry.is_event() && entry.version < 1) {
    return absl::InvalidArgumentError("\"version\" is none that a shadow can have");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Entry>> ReadIncident(std::istream& in, const std::string& file) {
  const auto text = ReadBounded(in, file);
  if (!text.ok()) return text.status();
  std::vector<Entry> entries;
  std::map<int64_t, size_t> lines;  // by change number
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    auto entry = ReadEntry(line);
    if (!entry.ok()) return Fault(file, number, entry.status().message());
    if (auto playable = CheckPlayable(*entry); !playable.ok()) {
      return Fault(file, number, playable.message());
    }
    const auto [place, is_new] = lines.try_emplace(entry->change, number);
    if (!is_new) {
      return Fault(file, number,
                   absl::StrCat("\"change\" ", entry->change, " stands in line ", place->second,
                                " already"));
    }
    entries.push_back(*std::move(entry));
    if (entries.size() > kIncidentEntriesMax) {
      return Fault(file, number,
                   absl::StrCat("there are more than ", kIncidentEntriesMax, " entries"));
    }
  }
  return entries;
}

}  // namespace cli
