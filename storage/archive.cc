#include "storage/archive.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "shadow/metadata.h"
#include "storage/key.h"
#include "storage/record.h"

namespace storage {
namespace {

using shadow::Kind;
using shadow::Member;
using shadow::Value;

// "{"desired":…,"reported":…}" of the sections that are there.
std::string Sections(const shadow::Document& document,
                     void (*print)(const Value& value, std::string& out)) {
  std::string out = "{";
  for (const auto& [name, section] :
       {std::pair<const char*, const Value&>{"desired", document.desired},
        {"reported", document.reported}}) {
    if (section.empty()) continue;
    absl::StrAppend(&out, out.size() > 1 ? "," : "", "\"", name, "\":");
    print(section, out);
  }
  return out + "}";
}

absl::Status Fault(absl::string_view what) { return absl::InvalidArgumentError(what); }

// A tree of the depth that records may have: the recursion below is bounded by it.
bool IsStorable(const Value& section) {
  return !shadow::DeeperThan(section, kRecordDepthMax) && !shadow::HasNullInArray(section);
}

int64_t TimeOf(const Value* metadata, int64_t otherwise) {
  const Value* const stamp = metadata == nullptr ? nullptr : shadow::Find(*metadata, "timestamp");
  int64_t time = 0;
  const bool is_time = stamp != nullptr && stamp->kind() == Kind::kNumber &&
                       absl::SimpleAtoi(stamp->text(), &time) && time >= 0;
  return is_time ? time : otherwise;
}

const Value* MemberOf(const Value* object, absl::string_view key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  for (const Member& member : object->members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

// `value` with the times that `metadata`, a tree of the same shape, has for its leaves (D1, D2).
absl::StatusOr<Value> Stamped(const Value& value, const Value* metadata, int64_t otherwise,
                              shadow::Arena& arena) {
  if (value.is_null()) return Fault("a null in the state: no shadow holds one");
  if (value.is_object()) {
    std::vector<Member> members;
    for (const Member& member : value.members()) {
      auto stamped = Stamped(member.value, MemberOf(metadata, member.key), otherwise, arena);
      if (!stamped.ok()) return stamped;
      members.push_back({member.key, *stamped});
    }
    return Value::Object(arena.Copy(absl::Span<const Member>(members)));
  }
  if (!value.is_array()) {
    return Value(value.kind(), value.text(), TimeOf(metadata, otherwise));
  }
  std::vector<Value> elements;
  for (size_t i = 0; i < value.elements().size(); ++i) {
    const bool has = metadata != nullptr && metadata->is_array() && i < metadata->elements().size();
    auto stamped =
        Stamped(value.elements()[i], has ? &metadata->elements()[i] : nullptr, otherwise, arena);
    if (!stamped.ok()) return stamped;
    elements.push_back(*stamped);
  }
  return Value::Array(arena.Copy(absl::Span<const Value>(elements)));
}

absl::StatusOr<int64_t> Number(const Value& line, absl::string_view name, int64_t least) {
  const Value* const member = shadow::Find(line, name);
  int64_t number = 0;
  if (member != nullptr && member->kind() == Kind::kNumber &&
      absl::SimpleAtoi(member->text(), &number) && number >= least) {
    return number;
  }
  return Fault(absl::StrCat("\"", name, "\" must be a whole number from ", least));
}

absl::StatusOr<std::string> Name(const Value& line, absl::string_view name,
                                 bool (*is_right)(absl::string_view)) {
  const Value* const member = shadow::Find(line, name);
  if (member == nullptr || member->is_null()) return "";
  std::string text = member->kind() == Kind::kString ? shadow::Unescape(member->text()) : "";
  if (is_right(text)) return text;
  return Fault(absl::StrCat("\"", name, "\" cannot be the name of one"));
}

absl::StatusOr<Value> Section(const Value& line, absl::string_view name, int64_t timestamp,
                              shadow::Arena& arena) {
  const Value* const state = shadow::Find(line, "state");
  if (state == nullptr || !state->is_object()) return Fault("\"state\" must be an object");
  const Value* const section = shadow::Find(*state, name);
  if (section == nullptr) return Value();
  if (!section->is_object() || !IsStorable(*section)) {
    return Fault(absl::StrCat("\"", name,
                              "\" must be an object without a null in an array, and at ", "most ",
                              kRecordDepthMax, " levels deep"));
  }
  const Value* const metadata = shadow::Find(line, "metadata");
  const Value* const of_section =
      metadata != nullptr && metadata->is_object() ? shadow::Find(*metadata, name) : nullptr;
  return Stamped(*section, of_section, timestamp, arena);
}

}  // namespace

std::string ArchiveLine(const shadow::ShadowId& id, const shadow::Record& record) {
  std::string out = absl::StrCat("{\"thing\":\"", id.thing, "\"");
  if (!id.classic()) absl::StrAppend(&out, ",\"name\":\"", id.name, "\"");
  if (const auto* const tombstone = std::get_if<shadow::Tombstone>(&record)) {
    return absl::StrCat(out, ",\"deleted\":true,\"version\":", tombstone->version,
                        ",\"timestamp\":", tombstone->deleted_at, "}");
  }
  const auto& document = std::get<shadow::Document>(record);
  return absl::StrCat(out, ",\"state\":", Sections(document, shadow::PrintJson),
                      ",\"metadata\":", Sections(document, shadow::PrintMetadata),
                      ",\"version\":", document.version, ",\"timestamp\":", document.updated_at,
                      "}");
}

absl::StatusOr<std::string> StoredLine(absl::string_view key, absl::string_view value, int64_t now,
                                       shadow::Arena& arena) {
  const auto id = ParseRecordKey(key);
  if (!id || IsExpiredTombstone(value, now)) return "";
  arena.Clear();
  const auto record = DecodeRecord(value, arena);
  if (record.ok()) return ArchiveLine(*id, *record);
  return absl::Status(record.status().code(),
                      absl::StrCat(shadow::DisplayName(*id), ": ", record.status().message()));
}

absl::StatusOr<ArchivedShadow> ParseArchiveLine(absl::string_view line, shadow::Arena& arena) {
  const auto json = shadow::IsUtf8(line) ? shadow::ParseWholeJson(line, 0, arena) : std::nullopt;
  if (!json || !json->is_object()) return Fault("it is not one JSON object");
  const auto thing = Name(*json, "thing", shadow::IsThingName);
  if (!thing.ok()) return thing.status();
  const auto name = Name(*json, "name", shadow::IsShadowName);
  if (!name.ok()) return name.status();
  const auto version = Number(*json, "version", 1);
  if (!version.ok()) return version.status();
  const auto timestamp = Number(*json, "timestamp", 0);
  if (!timestamp.ok()) return timestamp.status();
  const Value* const deleted = shadow::Find(*json, "deleted");
  if (deleted != nullptr && deleted->kind() == Kind::kTrue) {
    return ArchivedShadow{*thing, *name, shadow::Tombstone{*version, *timestamp}};
  }
  const auto desired = Section(*json, "desired", *timestamp, arena);
  if (!desired.ok()) return desired.status();
  const auto reported = Section(*json, "reported", *timestamp, arena);
  if (!reported.ok()) return reported.status();
  return ArchivedShadow{*thing, *name, shadow::Document{*desired, *reported, *version, *timestamp}};
}

}  // namespace storage
