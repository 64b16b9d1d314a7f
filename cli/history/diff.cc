#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/history/entry.h"
#include "cli/history/moment.h"
#include "cli/history/past.h"
#include "cli/history/telling.h"
#include "cli/shadow/call.h"

namespace cli {
namespace {

absl::StatusOr<Past::Parameters> VersionsAsked(const Call& call) {
  Past::Parameters parameters;
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const auto version = ReadVersion(call.arguments[i]);
    if (!version.ok()) return version.status();
    parameters[i == 1 ? "from" : "to"] = absl::StrCat(*version);
  }
  return parameters;
}

absl::StatusOr<ExitCode> RunShadowDiff(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  const auto versions = VersionsAsked(call);
  if (!versions.ok()) return versions.status();
  auto past = Past::Of(*id);
  if (!past.ok()) return past.status();
  const auto answer = past->Get("diff", *versions);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << (*answer)->text << "\n";
    return ExitCode::kDone;
  }
  Members members((*answer)->json, "the answer");
  const int64_t from = members.Number("from");
  const int64_t to = members.Number("to");
  const auto changes = ReadChanges(members.Array("changes"));
  const absl::Status& read = members.status().ok() ? changes.status() : members.status();
  if (!read.ok()) return absl::InternalError(absl::StrCat("the answer: ", read.message()));
  call.out << ShadowText(*id) << "  " << VersionText(from) << " -> " << VersionText(to) << "\n"
           << ChangesText(*changes, WantsColour(call));
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowDiff;
constexpr Command kShadowDiff{
    .path = "shadow diff",
    .arguments = "THING @FROM [@TO]",
    .summary = "show what differs between two versions, or one and the current one",
    .details = "  shadowctl shadow diff lamp1 @-1\n  shadowctl shadow diff lamp1 @3 @12",
    .flags = kShadowFlags,
    .run = RunShadowDiff,
};

}  // namespace cli
