#include "cli/history/telling.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/history/moment.h"
#include "cli/shadow/terminal.h"

namespace cli {
namespace {

constexpr size_t kCertificateIdBytes = 64;
constexpr size_t kShownIdBytes = 6;  // enough for commands that take the beginning of an id

std::string PrincipalText(const Author& author) {
  const std::string& principal = author.principal;
  if (author.way == "admin") return "admin socket";
  if (author.way == "console") {
    return absl::StrCat("console", principal.empty() ? "" : " user ", principal);
  }
  if (principal.empty()) return "";
  const bool is_hex = std::all_of(principal.begin(), principal.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (is_hex && principal.size() == kCertificateIdBytes) {
    return absl::StrCat("certificate ", principal.substr(0, kShownIdBytes), "..");
  }
  return absl::StrCat("access key ", principal);
}

// What goes without saying is not said.
std::string WayText(const Author& author, bool somebody_is_known) {
  if (author.way == "https") return "over HTTPS";
  if (author.way == "websocket") return "over WebSocket";
  if (author.way == "mqtt" && !somebody_is_known) return "over MQTT";
  return "";
}

// What an entry is, beside its changes.
std::string KindText(const Entry& entry) {
  if (entry.kind == "update") return entry.changes.empty() ? "(the same values again)" : "";
  if (entry.kind == "create") return "created";
  if (entry.kind == "delete") return "deleted";
  if (entry.kind == "import") return "imported";
  if (entry.kind == "restore") return "restored";
  if (entry.kind == "get" && entry.version == 0) return "asked, and there was none";
  if (entry.kind == "get") {
    return absl::StrCat("got ", VersionText(entry.version), entry.name.empty() ? "" : " of ",
                        entry.name);
  }
  if (entry.kind == "ended") {
    return absl::StrCat("disconnected", entry.reason.empty() ? "" : ": ", Shown(entry.reason));
  }
  return Shown(entry.kind);
}

// Whether the one is the other, or lies below it.
bool AreInLine(absl::Span<const std::string> a, absl::Span<const std::string> b) {
  const size_t both = std::min(a.size(), b.size());
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(both), b.begin());
}

std::string TextOf(const Change& change, bool colour) {
  return ChangeText(Shown(PathText(change.path)), Shown(change.before.value_or("")),
                    Shown(change.after.value_or("")), colour);
}

}  // namespace

std::string WhoText(const Author& author) {
  std::vector<std::string> parts;
  if (auto principal = PrincipalText(author); !principal.empty()) parts.push_back(principal);
  if (!author.client_id.empty()) parts.push_back(absl::StrCat("client ", author.client_id));
  if (auto way = WayText(author, !parts.empty()); !way.empty()) parts.push_back(way);
  if (!author.address.empty()) parts.push_back(absl::StrCat("(", author.address, ")"));
  return parts.empty() ? "unknown" : Shown(absl::StrJoin(parts, " "));
}

std::string VersionText(int64_t version) { return absl::StrCat("@", version); }

std::vector<std::vector<std::string>> EntryRows(const Entry& entry, const EntryStyle& style) {
  std::vector<std::string> texts;
  if (auto kind = KindText(entry); !kind.empty()) texts.push_back(kind);
  for (const Change& change : entry.changes) {
    if (AreInLine(change.path, style.path)) texts.push_back(TextOf(change, style.colour));
  }
  std::vector<std::vector<std::string>> rows = {
      {entry.is_event() ? "" : VersionText(entry.version), MomentText(entry.timestamp, style.zone),
       WhoText(entry.author), texts.empty() ? "" : texts.front()}};
  for (size_t i = 1; i < texts.size(); ++i) rows.push_back({"", "", "", texts[i]});
  return rows;
}

std::string ChangesText(absl::Span<const Change> changes, bool colour) {
  std::string out;
  for (const Change& change : changes) {
    absl::StrAppend(&out, "  ", TextOf(change, colour), "\n");
  }
  return out;
}

}  // namespace cli
