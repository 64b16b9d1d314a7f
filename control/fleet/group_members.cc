// The things in thing groups (GR5). A thing's entry names its groups, so that is what changes.
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/entries.h"
#include "control/fleet/group_tree.h"
#include "control/operation.h"
#include "control/paging.h"
#include "policy/reference.h"

namespace control {
namespace {

using policy::Thing;

// Of a thing or a group, which may be given by its name, its ARN, or both.
struct Given {
  absl::string_view what;  // "thing"
  absl::string_view kind;  // of the ARN
  std::optional<std::string> name;
  std::optional<std::string> arn;
};

Given ReadGiven(Members& in, absl::string_view what, absl::string_view kind, absl::string_view name,
                absl::string_view arn) {
  return {
      .what = what, .kind = kind, .name = in.Text(name, kThingName), .arn = in.Text(arn, kAnyText)};
}

std::variant<std::string, Refusal> NameOf(const Given& given, const Surroundings& here) {
  if (!given.arn) {
    if (given.name) return *given.name;
    return InvalidRequest(absl::StrCat("The name or the ARN of the ", given.what, " is wanted"));
  }
  const auto name = NameInArn(here, *given.arn, given.kind);
  if (!name) {
    return InvalidRequest(absl::StrCat(*given.arn, " is the ARN of no ", given.what,
                                       " of this account, such as ",
                                       Arn(here, given.kind, "NAME")));
  }
  if (given.name && *given.name != *name) {
    return InvalidRequest(absl::StrCat("The ", given.what, " is ", *given.name, " by its name and ",
                                       *name, " by its ARN"));
  }
  return *name;
}

// A thing that is there and groups that are there.
std::variant<Thing, Refusal> FindAll(const Account& account, absl::string_view thing,
                                     absl::Span<const std::string> groups) {
  const Thing* const there = account.registry().FindThing(thing);
  if (there == nullptr) return ThingNotFound(thing);
  for (const std::string& group : groups) {
    if (account.registry().FindThingGroup(group) == nullptr) return ThingGroupNotFound(group);
  }
  return *there;
}

// The change of a thing's groups: those of `remove` first.
Outcome Regroup(const Account& account, absl::string_view name,
                const std::vector<std::string>& remove, const std::vector<std::string>& add) {
  for (const auto* const groups : {&remove, &add}) {
    auto found = FindAll(account, name, *groups);
    if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  }
  const Thing& before = *account.registry().FindThing(name);
  Thing after = before;
  for (const std::string& group : remove) policy::Detach(after.groups, group);
  for (const std::string& group : add) {
    if (auto refusal = JoinGroup(account, group, after)) return *std::move(refusal);
  }
  if (policy::NamesOf(before.groups) == policy::NamesOf(after.groups)) return Done{};
  return Done{.changes = {Put(after)}};
}

// Thing and group as AddThingToThingGroup and RemoveThingFromThingGroup name them.
struct Membership {
  std::string thing;
  std::string group;
};

std::variant<Membership, Refusal> ReadMembership(const Call& call, const Surroundings& here) {
  Members in(call);
  const Given group = ReadGiven(in, "thing group", "thinggroup", "thingGroupName", "thingGroupArn");
  const Given thing = ReadGiven(in, "thing", "thing", "thingName", "thingArn");
  in.Flag("overrideDynamicGroups");  // there are no dynamic groups
  if (auto refusal = in.Refused()) return *refusal;
  auto group_name = NameOf(group, here);
  if (auto* refusal = std::get_if<Refusal>(&group_name)) return std::move(*refusal);
  auto thing_name = NameOf(thing, here);
  if (auto* refusal = std::get_if<Refusal>(&thing_name)) return std::move(*refusal);
  return Membership{std::get<std::string>(std::move(thing_name)),
                    std::get<std::string>(std::move(group_name))};
}

Outcome AddThingToThingGroup(const Call& call, const Account& account, const Surroundings& here) {
  const auto read = ReadMembership(call, here);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
  const auto& [thing, group] = std::get<Membership>(read);
  return Regroup(account, thing, {}, {group});
}

Outcome RemoveThingFromThingGroup(const Call& call, const Account& account,
                                  const Surroundings& here) {
  const auto read = ReadMembership(call, here);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
  const auto& [thing, group] = std::get<Membership>(read);
  return Regroup(account, thing, {group}, {});
}

Outcome UpdateThingGroupsForThing(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string thing = in.Need("thingName", kThingName);
  const std::vector<std::string> none;
  const auto add = in.Texts("thingGroupsToAdd", kThingName).value_or(none);
  const auto remove = in.Texts("thingGroupsToRemove", kThingName).value_or(none);
  in.Flag("overrideDynamicGroups");
  if (auto refusal = in.Refused()) return *refusal;
  return Regroup(account, thing, remove, add);
}

Outcome ListThingsInThingGroup(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string group = in.Label("thingGroupName", kThingName);
  const Page page = ReadPage(in, kTokenPages);
  const bool recursive = in.QueryFlag("recursive");
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (account.registry().FindThingGroup(group) == nullptr) return ThingGroupNotFound(group);
  const auto tell = [](const std::string& thing) { return std::optional(JsonText(thing)); };
  Json answer;
  if (recursive) {
    Account::Names things;
    for (const std::string& one : WithGroupsBelow(account, group)) {
      const Account::Names& in_it = account.ThingsInGroup(one);
      things.insert(in_it.begin(), in_it.end());
    }
    TellByName(page, things, "things", tell, answer);
  } else {
    TellByName(page, account.ThingsInGroup(group), "things", tell, answer);
  }
  return Done{.body = answer.Finish()};
}

Outcome ListThingGroupsForThing(const Call& call, const Account& account,
                                const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("thingName", kThingName);
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const Thing* const thing = account.registry().FindThing(name);
  if (thing == nullptr) return ThingNotFound(name);
  Account::Names groups;
  for (const policy::Reference& group : thing->groups) {
    if (account.registry().FindThingGroup(group.name) != nullptr) groups.insert(group.name);
  }
  Json answer;
  TellByName(
      page, groups, "thingGroups",
      [&](const std::string& group) { return std::optional(TellGroup(here, group)); }, answer);
  return Done{.body = answer.Finish()};
}

// The group that is meant, for the policy; what is given wrongly is refused later.
std::string GroupResource(const Call& call) {
  const absl::string_view name = call.BodyText("thingGroupName");
  if (!name.empty()) return absl::StrCat("thinggroup/", name);
  const absl::string_view arn = call.BodyText("thingGroupArn");
  return arn.empty() ? std::string() : ResourceInArn(arn);
}

std::string NamedThing(const Call& call) {
  return absl::StrCat("thing/", call.BodyText("thingName"));
}

constexpr Operation kGroupMemberOperations[] = {
    {"AddThingToThingGroup", "PUT", "/thing-groups/addThingToThingGroup", GroupResource,
     AddThingToThingGroup},
    {"RemoveThingFromThingGroup", "PUT", "/thing-groups/removeThingFromThingGroup", GroupResource,
     RemoveThingFromThingGroup},
    {"UpdateThingGroupsForThing", "PUT", "/thing-groups/updateThingGroupsForThing", NamedThing,
     UpdateThingGroupsForThing},
    {"ListThingsInThingGroup", "GET", "/thing-groups/{thingGroupName}/things", nullptr,
     ListThingsInThingGroup},
    {"ListThingGroupsForThing", "GET", "/things/{thingName}/thing-groups", nullptr,
     ListThingGroupsForThing},
};

}  // namespace

absl::Span<const Operation> GroupMemberOperations() { return kGroupMemberOperations; }

}  // namespace control
