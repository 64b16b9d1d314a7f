#include "control/fleet/entries.h"

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/json.h"

namespace control {
namespace {

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
