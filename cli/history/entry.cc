#include "cli/history/entry.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/shadow/document.h"
#include "shadow/arena.h"
#include "shadow/id.h"

namespace cli {
namespace {

std::optional<std::string> JsonIn(const Members& members, absl::string_view name) {
  const shadow::Value* const member = members.Find(name);
  if (member == nullptr) return std::nullopt;
  return JsonOf(*member);
}

absl::StatusOr<Change> ReadChange(const shadow::Value& json) {
  Members members(json, "a change");
  Change change;
  for (const shadow::Value& name : members.Array("path")) {
    if (name.kind() != shadow::Kind::kString) members.Refuse("path", "is not an array of texts");
    change.path.push_back(shadow::Unescape(name.text()));
  }
  if (change.path.size() > kPathNamesMax) {
    members.Refuse("path", "is deeper than a shadow can be");
  }
  if (change.path.empty() || (change.path[0] != "desired" && change.path[0] != "reported")) {
    members.Refuse("path", "begins neither with \"desired\" nor with \"reported\"");
  }
  change.before = JsonIn(members, "old");
  change.after = JsonIn(members, "new");
  if (!members.status().ok()) return members.status();
  return change;
}

void CheckShadow(const Entry& entry, Members& members) {
  if (!shadow::IsThingName(entry.thing)) members.Refuse("thing", "cannot name a thing");
  if (!entry.name.empty() && !shadow::IsShadowName(entry.name)) {
    members.Refuse("name", "cannot name a shadow");
  }
}

}  // namespace

Author ReadAuthor(Members& members) {
  return {.way = members.TextOr("way", ""),
          .client_id = members.TextOr("clientId", ""),
          .principal = members.TextOr("principal", ""),
          .address = members.TextOr("address", ""),
          .token = members.TextOr("clientToken", "")};
}

absl::StatusOr<std::vector<Change>> ReadChanges(absl::Span<const shadow::Value> changes) {
  std::vector<Change> read;
  for (const shadow::Value& json : changes) {
    auto change = ReadChange(json);
    if (!change.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("change ", read.size() + 1, " of \"changes\": ", change.status().message()));
    }
    read.push_back(*std::move(change));
  }
  return read;
}

absl::StatusOr<Entry> ReadEntry(const shadow::Value& json) {
  Members members(json, "it");
  Entry entry;
  entry.change = members.Number("change");
  entry.kind = members.Text("kind");
  entry.lane = members.Text("lane");
  entry.version = members.NumberOr("version", 0);
  entry.timestamp = members.Number("timestamp");
  entry.thing = members.Text("thing");
  entry.name = members.TextOr("name", "");
  entry.author = ReadAuthor(members);
  entry.reason = members.TextOr("reason", "");
  CheckShadow(entry, members);
  if (members.Find("changes") != nullptr) {
    auto changes = ReadChanges(members.Array("changes"));
    if (members.status().ok() && !changes.ok()) return changes.status();
    if (changes.ok()) entry.changes = *std::move(changes);
  }
  if (!members.status().ok()) return members.status();
  return entry;
}

absl::StatusOr<Entry> ReadEntry(absl::string_view json) {
  shadow::Arena arena;
  const auto value = shadow::IsUtf8(json) ? shadow::ParseWholeJson(json, 0, arena) : std::nullopt;
  if (!value) return absl::InvalidArgumentError("it is not a JSON object");
  return ReadEntry(*value);
}

std::string PathText(absl::Span<const std::string> path) {
  std::string text;
  for (const std::string& name : path) {
    absl::StrAppend(&text, text.empty() ? "" : ".", absl::StrReplaceAll(name, {{".", "\\."}}));
  }
  return text;
}

absl::StatusOr<std::vector<std::string>> ReadPath(absl::string_view text) {
  auto path = NamesIn(text);
  if (path.front() == "desired" || path.front() == "reported") return path;
  return absl::InvalidArgumentError(absl::StrCat(
      "--path: \"", text, "\" begins neither with desired nor with reported, as desired.fw does"));
}

}  // namespace cli
