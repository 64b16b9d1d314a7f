#include "service/history/words.h"

#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace service {
namespace {

using storage::HistoryKind;

absl::string_view KindWord(HistoryKind kind) {
  switch (kind) {
    case HistoryKind::kCreate:
      return "create";
    case HistoryKind::kUpdate:
      return "update";
    case HistoryKind::kDelete:
      return "delete";
    case HistoryKind::kImport:
      return "import";
    case HistoryKind::kRestore:
      return "restore";
    case HistoryKind::kConnected:
      return "connected";
    case HistoryKind::kEnded:
      return "ended";
    case HistoryKind::kGet:
      return "get";
  }
  return "";
}

// A further member; none for an empty text.
void PrintMember(absl::string_view name, absl::string_view text, std::string& out) {
  if (text.empty()) return;
  absl::StrAppend(&out, ",\"", name, "\":");
  shadow::PrintJsonString(text, out);
}

void PrintPlace(const storage::HistoryId& at, std::string& out) {
  absl::StrAppend(&out, R"(,"thing":")", at.id.thing, "\"");
  PrintMember("name", at.id.name, out);
  absl::StrAppend(&out, R"(,"lane":")", std::string(1, static_cast<char>(at.lane)), "\"");
}

}  // namespace

void PrintAuthor(const storage::Author& author, Provenance provenance, std::string& out) {
  PrintMember("way", storage::WayText(author.way), out);
  if (provenance == Provenance::kShown) {
    PrintMember("clientId", author.client_id, out);
    PrintMember("principal", author.principal, out);
    PrintMember("address", author.address, out);
  }
  PrintMember("clientToken", author.token, out);
}

void PrintEntry(const EntryAt& told, std::optional<Changes> changes, Provenance provenance,
                std::string& out) {
  const auto& [at, entry] = told;
  const bool is_event = storage::IsEvent(entry.kind);
  absl::StrAppend(&out, R"({"change":)", at.change, R"(,"kind":")", KindWord(entry.kind), "\"");
  if (entry.version > 0) absl::StrAppend(&out, R"(,"version":)", entry.version);
  absl::StrAppend(&out, R"(,"timestamp":)", entry.time);
  storage::HistoryId place = at;
  // A get lies under the classic shadow, whichever was asked for.
  if (entry.kind == HistoryKind::kGet) place.id.name = entry.detail;
  PrintPlace(place, out);
  PrintAuthor(entry.author, provenance, out);
  if (entry.kind == HistoryKind::kEnded) PrintMember("reason", entry.detail, out);
  if (!is_event && changes) {
    out += R"(,"changes":[)";
    for (const history::LeafChange& change : *changes) {
      if (out.back() != '[') out += ',';
      PrintChange(change, out);
    }
    out += ']';
  }
  out += '}';
}

void PrintLostEntry(const storage::HistoryId& at, std::string& out) {
  absl::StrAppend(&out, R"({"change":)", at.change);
  PrintPlace(at, out);
  out += R"(,"kept":false})";
}

void PrintChange(const history::LeafChange& change, std::string& out) {
  char between = '[';
  out += R"({"path":)";
  for (const absl::string_view key : change.path) {
    out += between;
    absl::StrAppend(&out, key);
    between = ',';
  }
  out += ']';
  if (change.before != nullptr) {
    out += R"(,"old":)";
    shadow::PrintJson(*change.before, out);
  }
  if (change.after != nullptr) {
    out += R"(,"new":)";
    shadow::PrintJson(*change.after, out);
  }
  out += '}';
}

}  // namespace service
