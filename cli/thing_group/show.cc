#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/registry/edit.h"
#include "cli/registry/pairs.h"
#include "cli/thing_group/entry.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunGroupShow(Call& call) {
  const auto account = ReadAccount();
  if (!account.ok()) return account.status();
  const auto* const group = (*account)->registry().FindThingGroup(call.arguments[0]);
  if (group == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("no thing group \"", call.arguments[0], "\" is registered"));
  }
  const GroupFacts facts = FactsOf(**account, *group);
  if (call.json) {
    call.out << GroupObject(facts).text() << "\n";
    return ExitCode::kDone;
  }
  call.out << "group        " << group->name << "\n"
           << "below        " << group->parent << "\n"
           << "description  " << group->description << "\n"
           << "attributes   " << PairsText(group->attributes) << "\n"
           << "policies     " << absl::StrJoin(facts.policies, ", ") << "\n"
           << "things       " << absl::StrJoin(facts.things, ", ") << "\n"
           << "groups       " << absl::StrJoin(facts.groups, ", ") << "\n"
           << "tags         " << PairsText(group->tags) << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kThingGroupShow;
constexpr Command kThingGroupShow{
    .path = "thing-group show",
    .arguments = "GROUP",
    .summary = "show a thing group, what is in it, and what stands below it",
    .details = "",
    .flags = kLookFlags,
    .run = RunGroupShow,
};

}  // namespace cli
