#include "rest/history_query.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rest/route.h"
#include "shadow/json.h"

namespace rest {
namespace {

constexpr int64_t kTimeMax = 253402300799;  // the last second of the year 9999
constexpr size_t kQueryArenaBytes = 4096;
constexpr absl::string_view kVersionForm =
    "a version is a number from 1, or -1 for the one before the current one";
constexpr absl::string_view kPathForm =
    "path begins with desired or reported and goes on with names, desired.fw or "
    "[\"desired\",\"fw\"]";

template <class T>
using Read = std::variant<T, Error>;

Read<HistoryOf> ReadOf(const Call& call, absl::Span<const absl::string_view> parameters) {
  if (auto wrong = GivenWrong(call.target, parameters)) return *std::move(wrong);
  HistoryOf of{.thing = call.names[0], .name = {}};
  if (!shadow::IsThingName(of.thing)) return BadThingName();
  if (const auto name = call.target.Find("name")) {
    if (!shadow::IsShadowName(*name)) return BadShadowName();
    of.name = std::string(*name);
  }
  return of;
}

std::optional<VersionName> ReadVersionName(absl::string_view text) {
  const bool back = absl::StartsWith(text, "-");
  const auto number = ReadNumber(text.substr(back ? 1 : 0), INT64_MAX);
  if (!number || *number == 0) return std::nullopt;
  return VersionName{back ? VersionName::By::kBack : VersionName::By::kNumber,
                     static_cast<int64_t>(*number)};
}

// True if `name` is not given, or is a time, which `time` becomes.
bool ReadTime(const Target& target, absl::string_view name, std::optional<int64_t>& time) {
  const auto text = target.Find(name);
  if (!text) return true;
  const auto number = ReadNumber(*text, kTimeMax);
  if (number) time = static_cast<int64_t>(*number);
  return number.has_value();
}

Error BadTime(absl::string_view name) {
  return InvalidRequest(absl::StrCat(name, " is a time in seconds since 1970, such as 1764000000"));
}

// ["desired","fw"] or desired.fw; empty for something else.
std::vector<std::string> ReadPath(absl::string_view text) {
  std::vector<std::string> path;
  if (absl::StartsWith(text, "[")) {
    shadow::Arena arena(kQueryArenaBytes);
    const auto list = shadow::IsUtf8(text) ? shadow::ParseWholeJson(text, 0, arena) : std::nullopt;
    if (!list || !list->is_array()) return {};
    for (const shadow::Value& element : list->elements()) {
      if (element.kind() != shadow::Kind::kString) return {};
      path.push_back(shadow::Unescape(element.text()));
    }
  } else {
    path = absl::StrSplit(text, '.');
    if (std::count(path.begin(), path.end(), "") > 0) return {};
  }
  const bool whole = !path.empty() && path.size() <= kPathNamesMax &&
                     (path[0] == "desired" || path[0] == "reported");
  return whole ? path : std::vector<std::string>();
}

bool ReadLanes(absl::string_view text, HistoryFilter& filter) {
  filter.wishes = filter.reports = filter.events = false;
  for (const absl::string_view lane : absl::StrSplit(text, ',')) {
    bool* const chosen = lane == "w"   ? &filter.wishes
                         : lane == "r" ? &filter.reports
                         : lane == "e" ? &filter.events
                                       : nullptr;
    if (chosen == nullptr) return false;
    *chosen = true;
  }
  return true;
}

std::optional<Error> ReadFilter(const Target& target, HistoryFilter& filter) {
  if (!ReadTime(target, "since", filter.since)) return BadTime("since");
  if (!ReadTime(target, "until", filter.until)) return BadTime("until");
  if (const auto path = target.Find("path")) {
    filter.path = ReadPath(*path);
    if (filter.path.empty()) return InvalidRequest(kPathForm);
  }
  if (const auto by = target.Find("by")) {
    if (by->empty() || by->size() > kClientIdBytesMax || !shadow::IsUtf8(*by)) {
      return InvalidRequest(absl::StrCat("by is a client id or a principal, 1 to ",
                                         kClientIdBytesMax, " bytes of UTF-8"));
    }
    filter.by = std::string(*by);
  }
  if (const auto lane = target.Find("lane"); lane && !ReadLanes(*lane, filter)) {
    return InvalidRequest("lane is one or more of w (wishes), r (reports) and e (events): w,e");
  }
  return std::nullopt;
}

// The members of a restore's body; nothing if `body` has no such form.
std::optional<Error> ReadRestore(absl::string_view body, Restore& restore) {
  shadow::Arena arena(kQueryArenaBytes);
  const auto root = shadow::IsUtf8(body) ? shadow::ParseWholeJson(body, 0, arena) : std::nullopt;
  if (!root || !root->is_object()) {
    return InvalidRequest("The body is a JSON object such as {\"version\":12}");
  }
  bool has_version = false;
  for (const auto& [key, value] : root->members()) {
    const absl::string_view text = value.text();
    const bool is_number = value.kind() == shadow::Kind::kNumber;
    if (key == "\"version\"") {
      const auto version = is_number ? ReadVersionName(text) : std::nullopt;
      if (!version) return InvalidRequest(absl::StrCat("version: ", kVersionForm));
      restore.version = *version;
      has_version = true;
    } else if (key == "\"section\"") {
      restore.desired = text == "\"desired\"" || text == "\"both\"";
      restore.reported = text == "\"reported\"" || text == "\"both\"";
      if (!restore.desired && !restore.reported) {
        return InvalidRequest("section is desired, reported or both");
      }
    } else if (key == "\"expect\"") {
      const auto expected = is_number ? ReadNumber(text, INT64_MAX) : std::nullopt;
      if (!expected) return InvalidRequest("expect is the number of the current version");
      restore.expect = static_cast<int64_t>(*expected);
    } else if (key == "\"dryRun\"") {
      restore.dry_run = value.kind() == shadow::Kind::kTrue;
      if (!restore.dry_run && value.kind() != shadow::Kind::kFalse) {
        return InvalidRequest("dryRun is true or false");
      }
    } else {
      return InvalidRequest(absl::StrCat("The member ", key,
                                         " is not known here; there are version, section, expect "
                                         "and dryRun"));
    }
  }
  if (!has_version) return InvalidRequest(absl::StrCat("version is missing: ", kVersionForm));
  return std::nullopt;
}

}  // namespace

Routed ToListHistory(const Call& call) {
  auto of = ReadOf(call, {"name", "since", "until", "path", "by", "lane", "limit", "after"});
  if (auto* error = std::get_if<Error>(&of)) return std::move(*error);
  const auto limit = ReadCount(call.target, "limit", kHistoryDefault, kHistoryMax);
  if (!limit) return BadCount("limit", kHistoryMax);
  ListHistory list{.of = std::get<HistoryOf>(std::move(of)), .entries_max = *limit};
  if (auto error = ReadFilter(call.target, list.filter)) return *std::move(error);
  const auto token = ReadToken(call.target, "after");
  const auto before = token ? ReadNumber(token->empty() ? "0" : *token, UINT64_MAX) : std::nullopt;
  if (!before) return InvalidRequest("after is not a nextToken that a history gave");
  list.before = *before;
  return Operation(std::move(list));
}

Routed ToForget(const Call& call) {
  if (auto wrong = GivenWrong(call.target, {})) return *std::move(wrong);
  if (!shadow::IsThingName(call.names[0])) return BadThingName();
  return Operation(Forget{.thing = call.names[0]});
}

Routed ToVersionAt(const Call& call) {
  auto of = ReadOf(call, {"name", "at"});
  if (auto* error = std::get_if<Error>(&of)) return std::move(*error);
  std::optional<int64_t> at;
  if (!ReadTime(call.target, "at", at)) return BadTime("at");
  if (!at) return InvalidRequest("at is missing: a time in seconds since 1970");
  return Operation(GetVersion{.of = std::get<HistoryOf>(std::move(of)),
                              .version = {VersionName::By::kTime, *at}});
}

Routed ToVersion(const Call& call) {
  auto of = ReadOf(call, {"name"});
  if (auto* error = std::get_if<Error>(&of)) return std::move(*error);
  const auto version = ReadVersionName(call.names[1]);
  if (!version) return InvalidRequest(absl::StrCat("version: ", kVersionForm));
  return Operation(GetVersion{.of = std::get<HistoryOf>(std::move(of)), .version = *version});
}

Routed ToCompareVersions(const Call& call) {
  auto of = ReadOf(call, {"name", "from", "to"});
  if (auto* error = std::get_if<Error>(&of)) return std::move(*error);
  CompareVersions compare{.of = std::get<HistoryOf>(std::move(of)), .from = {}, .to = {}};
  const auto from = ReadVersionName(call.target.Find("from").value_or(""));
  if (!from) return InvalidRequest(absl::StrCat("from: ", kVersionForm));
  compare.from = *from;
  if (const auto text = call.target.Find("to")) {
    const auto to = ReadVersionName(*text);
    if (!to) return InvalidRequest(absl::StrCat("to: ", kVersionForm));
    compare.to = *to;
  }
  return Operation(std::move(compare));
}

Routed ToBlame(const Call& call) {
  auto of = ReadOf(call, {"name"});
  if (auto* error = std::get_if<Error>(&of)) return std::move(*error);
  return Operation(Blame{.of = std::get<HistoryOf>(std::move(of))});
}

Routed ToRestore(const Call& call) {
  auto of = ReadOf(call, {"name"});
  if (auto* error = std::get_if<Error>(&of)) return std::move(*error);
  Restore restore{.of = std::get<HistoryOf>(std::move(of)), .version = {}};
  if (auto error = ReadRestore(call.request.body, restore)) return *std::move(error);
  return Operation(std::move(restore));
}

Routed ToChanges(const Call& call) {
  if (auto wrong = GivenWrong(call.target, {"after", "limit"})) return *std::move(wrong);
  const auto after = ReadNumber(call.target.Find("after").value_or("0"), UINT64_MAX);
  if (!after) return InvalidRequest("after is the number of a change, or 0");
  const auto limit = ReadCount(call.target, "limit", kHistoryDefault, kHistoryMax);
  if (!limit) return BadCount("limit", kHistoryMax);
  return Operation(ReadChanges{.after = *after, .entries_max = *limit});
}

}  // namespace rest
