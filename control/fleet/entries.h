// What the operations on things, their types and their groups have in common: what is not there,
// and what gets an id because somebody asks for it.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/operation.h"
#include "policy/entry_change.h"

namespace control {

Refusal ThingNotFound(absl::string_view name);
Refusal ThingTypeNotFound(absl::string_view name);
Refusal ThingGroupNotFound(absl::string_view name);

// A copy of the entry. One that was made by hand, without an id, gets its id and date now, and
// `changes` keeps them.
policy::Thing WithId(const policy::Thing& thing, const Surroundings& here,
                     std::vector<policy::EntryChange>& changes);
policy::ThingType WithId(const policy::ThingType& type, const Surroundings& here,
                         std::vector<policy::EntryChange>& changes);
policy::ThingGroup WithId(const policy::ThingGroup& group, const Surroundings& here,
                          std::vector<policy::EntryChange>& changes);

// {"groupName": …, "groupArn": …}
std::string TellGroup(const Surroundings& here, absl::string_view name);

// "thing/NAME" of the path's {thingName}, and the same for types and groups.
std::string ThingResource(const Call& call);
std::string ThingTypeResource(const Call& call);
std::string ThingGroupResource(const Call& call);

}  // namespace control
