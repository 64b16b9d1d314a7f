#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/history/entry.h"
#include "cli/history/moment.h"
#include "cli/history/past.h"
#include "cli/history/telling.h"
#include "cli/shadow/call.h"
#include "cli/shadow/terminal.h"

namespace cli {
namespace {

// desired.fw  "2.1"  @41  2026-11-22 14:02:10  console user anna (10.0.0.7)
absl::StatusOr<std::vector<std::string>> RowOf(const shadow::Value& leaf, absl::TimeZone zone) {
  Members members(leaf, "a leaf");
  std::vector<std::string> path;
  for (const shadow::Value& name : members.Array("path")) {
    path.push_back(shadow::Unescape(name.text()));
  }
  const shadow::Value* const value = members.Find("value");
  if (value == nullptr) members.Refuse("value", "is missing");
  const int64_t timestamp = members.Number("timestamp");
  const bool is_kept = members.Find("version") != nullptr;
  std::vector<std::string> row = {
      Shown(PathText(path)), value == nullptr ? "" : Shown(JsonOf(*value)),
      is_kept ? VersionText(members.Number("version")) : "", MomentText(timestamp, zone),
      is_kept ? WhoText(ReadAuthor(members)) : "(not kept)"};
  if (!members.status().ok()) {
    return absl::InternalError(absl::StrCat("the answer's leaf: ", members.status().message()));
  }
  return row;
}

absl::StatusOr<ExitCode> RunShadowBlame(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  auto past = Past::Of(*id);
  if (!past.ok()) return past.status();
  const auto answer = past->Get("blame");
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << (*answer)->text << "\n";
    return ExitCode::kDone;
  }
  Members members((*answer)->json, "the answer");
  std::vector<std::vector<std::string>> rows;
  for (const shadow::Value& leaf : members.Array("leaves")) {
    auto row = RowOf(leaf, absl::LocalTimeZone());
    if (!row.ok()) return row.status();
    rows.push_back(*std::move(row));
  }
  if (!members.status().ok()) {
    return absl::InternalError(absl::StrCat("the answer: ", members.status().message()));
  }
  call.out << Columns().Text(rows);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowBlame;
constexpr Command kShadowBlame{
    .path = "shadow blame",
    .arguments = "THING",
    .summary = "show of each value of a shadow who wrote it, when, and in which version",
    .details = "",
    .flags = kShadowFlags,
    .run = RunShadowBlame,
};

}  // namespace cli
