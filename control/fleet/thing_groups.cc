// Thing groups (GR1 to GR4), but for the things in them (group_members.cc).
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/attributes.h"
#include "control/fleet/entries.h"
#include "control/fleet/group_tree.h"
#include "control/operation.h"
#include "control/paging.h"
#include "control/tags.h"
#include "policy/reference.h"
#include "policy/registry_entry.h"

namespace control {
namespace {

using policy::RegistryPart;
using policy::ThingGroup;

constexpr uint64_t kGroupVersionMax = std::numeric_limits<int64_t>::max();

// The member thingGroupProperties.
struct GroupProperties {
  std::optional<std::string> description;
  AttributePayload payload;
};

GroupProperties ReadProperties(Members& in) {
  return {.description = in.Text("thingGroupProperties.thingGroupDescription", kDescription),
          .payload = ReadAttributePayload(in, "thingGroupProperties.attributePayload")};
}

// Puts them into `group`, or says why not.
std::optional<Refusal> TakeInto(const GroupProperties& properties, ThingGroup& group) {
  group.attributes = AttributesAfter(properties.payload, group.attributes);
  if (properties.description) group.description = *properties.description;
  return AttributesRefusal(group.attributes, "A thing group", policy::kThingAttributesMax);
}

Refusal WrongGroupVersion(absl::string_view name) {
  return VersionConflict(
      absl::StrCat("The version for thing group ", name, " does not match the expected version."));
}

Json GroupIds(const Surroundings& here, const ThingGroup& group) {
  Json ids;
  ids.Text("thingGroupName", group.name)
      .Text("thingGroupArn", Arn(here, "thinggroup", group.name))
      .Text("thingGroupId", group.id);
  return ids;
}

// A group may stand below `parent`, or why not.
std::optional<Refusal> ParentRefusal(const Account& account, absl::string_view parent) {
  if (parent.empty()) return std::nullopt;
  if (account.registry().FindThingGroup(parent) == nullptr) return ThingGroupNotFound(parent);
  if (GroupsAbove(account, parent).size() + 2 <= policy::kGroupDepthMax) return std::nullopt;
  return InvalidRequest(absl::StrCat("Thing group ", parent, " is at the bottom: a hierarchy is ",
                                     policy::kGroupDepthMax, " groups deep at most"));
}

// The group is there already: the same is answered again, another is refused (GR1).
Outcome CreateAgain(const ThingGroup& wanted, const ThingGroup& there, const Surroundings& here) {
  if (wanted.parent != there.parent || wanted.description != there.description ||
      wanted.attributes != there.attributes) {
    return AlreadyExists(
        absl::StrCat("Thing Group ", there.name,
                     " already exists in current account with different ", "properties"),
        there.id.empty() ? there.name : there.id, Arn(here, "thinggroup", there.name));
  }
  Done done;
  done.body = GroupIds(here, WithId(there, here, done.changes)).Finish();
  return done;
}

Outcome CreateThingGroup(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  ThingGroup group;
  group.name = in.Label("thingGroupName", kThingName);
  group.parent = in.Text("parentGroupName", kThingName).value_or("");
  const GroupProperties properties = ReadProperties(in);
  group.tags = ReadTags(in);
  if (auto refusal = in.Refused()) return *refusal;
  if (auto refusal = TagsRefusal(group.tags)) return *refusal;
  if (auto refusal = TakeInto(properties, group)) return *refusal;
  if (const ThingGroup* const there = account.registry().FindThingGroup(group.name)) {
    return CreateAgain(group, *there, here);
  }
  if (auto refusal = ParentRefusal(account, group.parent)) return *refusal;
  group.id = here.new_uuid();
  group.created = here.now_ms;
  return Done{.body = GroupIds(here, group).Finish(), .changes = {Put(group)}};
}

Json TellProperties(const ThingGroup& group) {
  Json properties;
  properties.TextIfAny("thingGroupDescription", group.description);
  if (!group.attributes.empty()) {
    properties.Object("attributePayload", Json().Map("attributes", group.attributes));
  }
  return properties;
}

Json TellMetadata(const Account& account, const Surroundings& here, const ThingGroup& group) {
  Json metadata;
  metadata.TextIfAny("parentGroupName", group.parent);
  std::vector<std::string> above;
  for (const std::string& name : GroupsAbove(account, group.name)) {
    above.push_back(TellGroup(here, name));
  }
  if (!above.empty()) metadata.List("rootToParentThingGroups", above);
  metadata.Time("creationDate", group.created);
  return metadata;
}

Outcome DescribeThingGroup(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("thingGroupName", kThingName);
  if (auto refusal = in.Refused()) return *refusal;
  const ThingGroup* const there = account.registry().FindThingGroup(name);
  if (there == nullptr) return ThingGroupNotFound(name);
  Done done;
  const ThingGroup group = WithId(*there, here, done.changes);
  done.body = GroupIds(here, group)
                  .Number("version", group.version)
                  .Object("thingGroupProperties", TellProperties(group))
                  .Object("thingGroupMetadata", TellMetadata(account, here, group))
                  .Finish();
  return done;
}

Outcome UpdateThingGroup(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string name = in.Label("thingGroupName", kThingName);
  in.NeedObject("thingGroupProperties");
  const GroupProperties properties = ReadProperties(in);
  const auto expected = in.Number("expectedVersion");
  if (auto refusal = in.Refused()) return *refusal;
  const ThingGroup* const there = account.registry().FindThingGroup(name);
  if (there == nullptr) return ThingGroupNotFound(name);
  if (expected && *expected != there->version) return WrongGroupVersion(name);
  ThingGroup group = *there;
  if (auto refusal = TakeInto(properties, group)) return *refusal;
  ++group.version;
  return Done{.body = Json().Number("version", group.version).Finish(), .changes = {Put(group)}};
}

// Its things are let go with it (GR3).
Outcome DeleteThingGroup(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string name = in.Label("thingGroupName", kThingName);
  const auto expected = in.QueryNumber("expectedVersion", 0, kGroupVersionMax);
  if (auto refusal = in.Refused()) return *refusal;
  const ThingGroup* const group = account.registry().FindThingGroup(name);
  if (group == nullptr) return Done{};
  if (expected && *expected != group->version) return WrongGroupVersion(name);
  if (!account.ChildrenOfGroup(name).empty()) {
    return InvalidRequest(absl::StrCat("Cannot delete thing group : ", name,
                                       " when there are still child groups attached to it."));
  }
  Done done;
  for (const std::string& member : account.ThingsInGroup(name)) {
    policy::Thing thing = *account.registry().FindThing(member);
    policy::Detach(thing.groups, name);
    done.changes.push_back(Put(thing));
  }
  done.changes.push_back({RegistryPart::kThingGroups, name, {}});
  return done;
}

Outcome ListThingGroups(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const Page page = ReadPage(in, kTokenPages);
  const auto parent = in.Query("parentGroup", kThingName);
  const std::string prefix = in.Query("namePrefixFilter", kThingName).value_or("");
  const bool recursive = in.QueryFlag("recursive", /*usual=*/true);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (parent && account.registry().FindThingGroup(*parent) == nullptr) {
    return ThingGroupNotFound(*parent);
  }
  const auto tell = [&](const std::string& name) -> std::optional<std::string> {
    if (!absl::StartsWith(name, prefix)) return std::nullopt;
    return TellGroup(here, name);
  };
  Json answer;
  if (parent && recursive) {
    Account::Names below = WithGroupsBelow(account, *parent);
    below.erase(*parent);
    TellByName(page, below, "thingGroups", tell, answer);
  } else if (parent) {
    TellByName(page, account.ChildrenOfGroup(*parent), "thingGroups", tell, answer);
  } else {
    const auto tell_any = [&](const auto& entry) {
      const bool is_listed = recursive || entry.second->parent.empty();
      return is_listed ? tell(entry.first) : std::nullopt;
    };
    TellByName(page, account.registry().thing_groups(), "thingGroups", tell_any, answer);
  }
  return Done{.body = answer.Finish()};
}

constexpr Operation kThingGroupOperations[] = {
    {"CreateThingGroup", "POST", "/thing-groups/{thingGroupName}", ThingGroupResource,
     CreateThingGroup},
    {"DescribeThingGroup", "GET", "/thing-groups/{thingGroupName}", ThingGroupResource,
     DescribeThingGroup},
    {"UpdateThingGroup", "PATCH", "/thing-groups/{thingGroupName}", ThingGroupResource,
     UpdateThingGroup},
    {"DeleteThingGroup", "DELETE", "/thing-groups/{thingGroupName}", ThingGroupResource,
     DeleteThingGroup},
    {"ListThingGroups", "GET", "/thing-groups", nullptr, ListThingGroups},
};

}  // namespace

absl::Span<const Operation> ThingGroupOperations() { return kThingGroupOperations; }

}  // namespace control
