#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"
#include "cli/thing_group/entry.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunGroupList(Call& call) {
  const auto account = ReadAccount();
  if (!account.ok()) return account.status();
  Listing groups(call, "thingGroups");
  for (const auto& [name, group] : (*account)->registry().thing_groups()) {
    const GroupFacts facts = FactsOf(**account, *group);
    groups.Add(absl::StrCat(name, group->parent.empty() ? "" : "  below ", group->parent, "  ",
                            facts.things.size(), facts.things.size() == 1 ? " thing" : " things",
                            "  policies: ", absl::StrJoin(facts.policies, ", ")),
               GroupObject(facts));
  }
  return groups.Finish();
}

}  // namespace

extern const Command kThingGroupList;
constexpr Command kThingGroupList{
    .path = "thing-group list",
    .arguments = "",
    .summary = "list the thing groups, what each stands below, and its policies",
    .details = "",
    .flags = kLookFlags,
    .run = RunGroupList,
};

}  // namespace cli
