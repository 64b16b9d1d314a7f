#include "control/fleet/entries.h"

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/attributes.h"
#include "control/fleet/group_tree.h"
#include "control/json.h"
#include "policy/registry_entry.h"

namespace control {
namespace {

constexpr size_t kAttributesWithoutTypeMax = 3;

Refusal Missing(absl::string_view what, absl::string_view name) {
  return NotFound(absl::StrCat(what, " ", name, " does not exist in your account"));
}

template <class Entry>
Entry Identified(const Entry& entry, const Surroundings& here,
                 std::vector<policy::EntryChange>& changes) {
  Entry copy = entry;
  if (!copy.id.empty()) return copy;
  copy.id = here.new_uuid();
  if (copy.created == 0) copy.created = here.now_ms;
  changes.push_back(Put(copy));
  return copy;
}

}  // namespace

Refusal ThingNotFound(absl::string_view name) { return Missing("Thing", name); }
Refusal ThingTypeNotFound(absl::string_view name) { return Missing("Thing type", name); }
Refusal ThingGroupNotFound(absl::string_view name) { return Missing("Thing group", name); }

policy::Thing WithId(const policy::Thing& thing, const Surroundings& here,
                     std::vector<policy::EntryChange>& changes) {
  return Identified(thing, here, changes);
}
policy::ThingType WithId(const policy::ThingType& type, const Surroundings& here,
                         std::vector<policy::EntryChange>& changes) {
  return Identified(type, here, changes);
}
policy::ThingGroup WithId(const policy::ThingGroup& group, const Surroundings& here,
                          std::vector<policy::EntryChange>& changes) {
  return Identified(group, here, changes);
}

std::optional<Refusal> TypeRefusal(const Account& account, absl::string_view name) {
  if (name.empty()) return std::nullopt;
  const policy::ThingType* const type = account.registry().FindThingType(name);
  if (type == nullptr) return ThingTypeNotFound(name);
  if (type->deprecated == 0) return std::nullopt;
  return InvalidRequest(
      absl::StrCat("Thing type ", name, " is deprecated: no more things can be given it"));
}

std::optional<Refusal> AttributesRefusalOf(const policy::Thing& thing) {
  return thing.type_name.empty()
             ? AttributesRefusal(thing.attributes, "A thing without a type",
                                 kAttributesWithoutTypeMax)
             : AttributesRefusal(thing.attributes, "A thing", policy::kThingAttributesMax);
}

std::optional<Refusal> JoinGroup(const Account& account, absl::string_view group,
                                 policy::Thing& thing) {
  const std::string root = RootOf(account, group);
  for (const policy::Reference& other : thing.groups) {
    if (other.name == group) return std::nullopt;
    if (RootOf(account, other.name) == root) {
      return InvalidRequest(absl::StrCat("Thing ", thing.name, " cannot be added to thing group ",
                                         group, ": it is in thing group ", other.name,
                                         " of the same hierarchy"));
    }
  }
  if (thing.groups.size() >= policy::kGroupsPerThingMax) {
    return InvalidRequest(absl::StrCat("Thing ", thing.name, " cannot be added to thing group ",
                                       group, ": a thing is in at most ",
                                       policy::kGroupsPerThingMax, " groups"));
  }
  thing.groups.push_back({std::string(group)});
  return std::nullopt;
}

std::string TellGroup(const Surroundings& here, absl::string_view name) {
  return Json().Text("groupName", name).Text("groupArn", Arn(here, "thinggroup", name)).Finish();
}

std::string ThingResource(const Call& call) {
  return absl::StrCat("thing/", call.Label("thingName"));
}
std::string ThingTypeResource(const Call& call) {
  return absl::StrCat("thingtype/", call.Label("thingTypeName"));
}
std::string ThingGroupResource(const Call& call) {
  return absl::StrCat("thinggroup/", call.Label("thingGroupName"));
}

}  // namespace control
