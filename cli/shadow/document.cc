#include "cli/shadow/document.h"

#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/shadow/terminal.h"
#include "shadow/delta.h"

namespace cli {
namespace {

using shadow::Member;
using shadow::Value;

std::string JsonOf(const Value& value) {
  std::string text;
  shadow::PrintJson(value, text);
  return text;
}

std::string Quoted(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(text, out);
  return out;
}

// Leaves by path, in the document's order: an empty object and an array are leaves.
struct Leaf {
  std::string path;
  std::string json;
};

void Flatten(const Value& value, const std::string& path, std::vector<Leaf>& leaves) {
  for (const Member& member : value.members()) {
    const std::string name = Shown(shadow::Unescape(member.key));
    const std::string below = path.empty() ? name : absl::StrCat(path, ".", name);
    if (member.value.is_object() && !member.value.empty()) {
      Flatten(member.value, below, leaves);
    } else {
      leaves.push_back({below, Shown(JsonOf(member.value))});
    }
  }
}

std::vector<Leaf> Leaves(const Value& section) {
  std::vector<Leaf> leaves;
  Flatten(section, "", leaves);
  return leaves;
}

struct Row {
  std::string desired;
  std::string reported;
  bool differs = false;
};

// Rows in the order of desired, then what only reported has.
std::vector<std::pair<std::string, Row>> Rows(const ShadowDocument& document) {
  std::vector<std::pair<std::string, Row>> rows;
  std::map<std::string, size_t> places;
  const auto row = [&](const std::string& path) -> Row& {
    const auto [place, is_new] = places.try_emplace(path, rows.size());
    if (is_new) rows.emplace_back(path, Row());
    return rows[place->second].second;
  };
  for (const Leaf& leaf : Leaves(document.desired)) row(leaf.path).desired = leaf.json;
  for (const Leaf& leaf : Leaves(document.reported)) row(leaf.path).reported = leaf.json;
  shadow::Arena arena;
  const Value delta = shadow::Delta(document.desired, document.reported, arena);
  for (const Leaf& leaf : Leaves(delta)) row(leaf.path).differs = true;
  return rows;
}

absl::StatusOr<Value> SectionOf(const Value& state, absl::string_view name) {
  const Value* const section = shadow::Find(state, name);
  if (section == nullptr) return Value();
  if (section->is_object()) return *section;
  return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" of the state is not an object"));
}

int64_t NumberOf(const Value& document, absl::string_view name) {
  const Value* const member = shadow::Find(document, name);
  int64_t number = 0;
  const bool is_number = member != nullptr && member->kind() == shadow::Kind::kNumber &&
                         absl::SimpleAtoi(member->text(), &number);
  return is_number ? number : 0;
}

void AppendPretty(const Value& value, const std::string& indent, std::string& out) {
  if (!value.is_container() || value.empty()) return shadow::PrintJson(value, out);
  const std::string below = indent + "  ";
  const bool is_object = value.is_object();
  absl::StrAppend(&out, is_object ? "{" : "[");
  const char* between = "\n";
  for (const Member& member : value.members()) {
    absl::StrAppend(&out, between, below, member.key, ": ");
    AppendPretty(member.value, below, out);
    between = ",\n";
  }
  for (const Value& element : value.elements()) {
    absl::StrAppend(&out, between, below);
    AppendPretty(element, below, out);
    between = ",\n";
  }
  absl::StrAppend(&out, "\n", indent, is_object ? "}" : "]");
}

const Value* FindKey(const Value& object, absl::string_view key) {
  const auto members = object.members();
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

}  // namespace

absl::StatusOr<ShadowDocument> ParseShadowDocument(absl::string_view text, shadow::Arena& arena) {
  const auto json = shadow::IsUtf8(text) ? shadow::ParseWholeJson(text, 0, arena) : std::nullopt;
  if (!json || !json->is_object()) return absl::InvalidArgumentError("it is not a JSON object");
  const Value* const state = shadow::Find(*json, "state");
  if (state == nullptr || !state->is_object()) {
    return absl::InvalidArgumentError("it has no \"state\", which a shadow's document has");
  }
  ShadowDocument document;
  const auto desired = SectionOf(*state, "desired");
  const auto reported = SectionOf(*state, "reported");
  if (!desired.ok()) return desired.status();
  if (!reported.ok()) return reported.status();
  document.desired = *desired;
  document.reported = *reported;
  document.version = NumberOf(*json, "version");
  document.timestamp = NumberOf(*json, "timestamp");
  const Value* const metadata = shadow::Find(*json, "metadata");
  if (metadata != nullptr && metadata->is_object()) document.metadata = *metadata;
  return document;
}

std::string TableText(const ShadowDocument& document, bool colour) {
  const auto rows = Rows(document);
  size_t name_width = 4;
  size_t desired_width = 7;
  for (const auto& [path, row] : rows) {
    name_width = std::max(name_width, path.size());
    desired_width = std::max(desired_width, row.desired.size());
  }
  const auto pad = [](size_t width, const std::string& text) {
    return std::string(width - text.size() + 2, ' ');
  };
  std::string out = absl::StrCat("  NAME", pad(name_width, "NAME"), "DESIRED",
                                 pad(desired_width, "DESIRED"), "REPORTED\n");
  for (const auto& [path, row] : rows) {
    const std::string line =
        absl::StrCat(row.differs ? "! " : "  ", path, pad(name_width, path), row.desired,
                     pad(desired_width, row.desired), row.reported);
    absl::StrAppend(&out, Lit(line, colour && row.differs), "\n");
  }
  return out;
}

std::string ChangesText(const ShadowDocument& before, const ShadowDocument& after, bool colour) {
  std::string out;
  const auto tell = [&](const std::string& path, const std::string& was, const std::string& is) {
    absl::StrAppend(&out, "  ", ChangeText(path, was, is, colour), "\n");
  };
  const auto compare = [&](absl::string_view section, const Value& was, const Value& is) {
    std::map<std::string, std::string> old;
    for (const Leaf& leaf : Leaves(was)) old[leaf.path] = leaf.json;
    for (const Leaf& leaf : Leaves(is)) {
      const std::string previous = old[leaf.path];
      old.erase(leaf.path);
      if (previous != leaf.json) tell(absl::StrCat(section, ".", leaf.path), previous, leaf.json);
    }
    for (const auto& [path, json] : old) tell(absl::StrCat(section, ".", path), json, "");
  };
  compare("desired", before.desired, after.desired);
  compare("reported", before.reported, after.reported);
  return out;
}

std::string PrettyJson(const Value& value) {
  std::string out;
  AppendPretty(value, "", out);
  return out;
}

std::string MergePatch(const Value& before, const Value& after) {
  std::vector<std::string> members;
  for (const Member& member : after.members()) {
    const Value* const old = FindKey(before, member.key);
    if (old != nullptr && JsonOf(*old) == JsonOf(member.value)) continue;
    // An object that was emptied, or takes another's place, is merged member by member, too.
    const bool merges = old != nullptr && old->is_object() && member.value.is_object();
    members.push_back(absl::StrCat(member.key, ":",
                                   merges ? MergePatch(*old, member.value) : JsonOf(member.value)));
  }
  for (const Member& member : before.members()) {
    if (FindKey(after, member.key) == nullptr) {
      members.push_back(absl::StrCat(member.key, ":null"));
    }
  }
  std::string out = "{";
  for (size_t i = 0; i < members.size(); ++i) absl::StrAppend(&out, i > 0 ? "," : "", members[i]);
  return out + "}";
}

Value Overlaid(const Value& earlier, const Value& later, shadow::Arena& arena) {
  std::vector<Member> members(earlier.members().begin(), earlier.members().end());
  for (const Member& member : later.members()) {
    const auto old = std::find_if(members.begin(), members.end(),
                                  [&](const Member& m) { return m.key == member.key; });
    if (old == members.end()) {
      members.push_back(member);
    } else if (old->value.is_object() && member.value.is_object()) {
      old->value = Overlaid(old->value, member.value, arena);
    } else {
      old->value = member.value;
    }
  }
  return Value::Object(arena.Copy(absl::Span<const Member>(members)));
}

std::vector<std::string> NamesIn(absl::string_view path) {
  std::vector<std::string> names(1);
  for (size_t i = 0; i < path.size(); ++i) {
    const bool escaped = path[i] == '\\' && i + 1 < path.size() && path[i + 1] == '.';
    if (escaped) {
      names.back().push_back(path[++i]);
    } else if (path[i] == '.') {
      names.emplace_back();
    } else {
      names.back().push_back(path[i]);
    }
  }
  return names;
}

absl::StatusOr<std::string> AssignmentJson(absl::string_view assignment) {
  const absl::Status fault = absl::InvalidArgumentError(
      absl::StrCat("\"", assignment, "\" is not NAME=VALUE, such as power=on or light.level=70"));
  const size_t equals = assignment.find('=');
  if (equals == absl::string_view::npos || !shadow::IsUtf8(assignment)) return fault;
  const auto names = NamesIn(assignment.substr(0, equals));
  const absl::string_view text = assignment.substr(equals + 1);
  shadow::Arena arena;
  const auto json = shadow::ParseWholeJson(text, 0, arena);
  std::string out = json ? JsonOf(*json) : Quoted(text);
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (name->empty()) return fault;
    out = absl::StrCat("{", Quoted(*name), ":", out, "}");
  }
  return out;
}

}  // namespace cli
