#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/registry/edit.h"
#include "cli/registry/pairs.h"
#include "cli/thing_type/entry.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunTypeShow(Call& call) {
  const auto account = ReadAccount();
  if (!account.ok()) return account.status();
  const auto* const type = (*account)->registry().FindThingType(call.arguments[0]);
  if (type == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("no thing type \"", call.arguments[0], "\" is registered"));
  }
  if (call.json) {
    call.out << TypeObject(**account, *type).text() << "\n";
    return ExitCode::kDone;
  }
  const std::string deprecated = DeprecatedText(*type);
  call.out << "type         " << type->name << "\n"
           << "description  " << type->description << "\n"
           << "searchable   " << absl::StrJoin(type->searchable_attributes, ", ") << "\n"
           << "deprecated   " << (deprecated.empty() ? "no" : deprecated) << "\n"
           << "things       " << (*account)->ThingsOfType(type->name).size() << "\n"
           << "tags         " << PairsText(type->tags) << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kThingTypeShow;
constexpr Command kThingTypeShow{
    .path = "thing-type show",
    .arguments = "TYPE",
    .summary = "show what a thing type is",
    .details = "",
    .flags = kLookFlags,
    .run = RunTypeShow,
};

}  // namespace cli
