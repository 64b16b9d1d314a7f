#include "cli/thing_group/entry.h"

#include "cli/registry/pairs.h"
#include "policy/reference.h"

namespace cli {

GroupFacts FactsOf(const control::Account& account, const policy::ThingGroup& group) {
  const auto& things = account.ThingsInGroup(group.name);
  const auto& groups = account.ChildrenOfGroup(group.name);
  return {.group = group,
          .policies = policy::NamesOf(group.policies),
          .things = {things.begin(), things.end()},
          .groups = {groups.begin(), groups.end()}};
}

JsonText GroupObject(const GroupFacts& facts) {
  return JsonText::Object({{"thingGroup", JsonText::String(facts.group.name)},
                           {"parent", JsonText::String(facts.group.parent)},
                           {"description", JsonText::String(facts.group.description)},
                           {"attributes", PairsObject(facts.group.attributes)},
                           {"policies", JsonText::Strings(facts.policies)},
                           {"things", JsonText::Strings(facts.things)},
                           {"groups", JsonText::Strings(facts.groups)},
                           {"tags", PairsObject(facts.group.tags)}});
}

}  // namespace cli
