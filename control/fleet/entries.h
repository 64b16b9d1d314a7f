// What the operations on things, their types and their groups have in common: what is not there,
// what gets an id because somebody asks for it, and how a change of an entry is written.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/operation.h"
#include "policy/entry.h"

namespace control {

Refusal ThingNotFound(absl::string_view name);
Refusal ThingTypeNotFound(absl::string_view name);
Refusal ThingGroupNotFound(absl::string_view name);

policy::EntryChange Put(const policy::Thing& thing);
policy::EntryChange Put(const policy::ThingType& type);
policy::EntryChange Put(const policy::ThingGroup& group);
policy::EntryChange Put(const policy::Certificate& certificate);

// A copy of the entry. One that was made by hand, without an id, gets its id and date now, and
// `changes` keeps them.
policy::Thing WithId(const policy::Thing& thing, const Surroundings& here,
                     std::vector<policy::EntryChange>& changes);
policy::ThingType WithId(const policy::ThingType& type, const Surroundings& here,
                         std::vector<policy::EntryChange>& changes);
policy::ThingGroup WithId(const policy::ThingGroup& group, const Surroundings& here,
                          std::vector<policy::EntryChange>& changes);

// The thing outside of `group`, which it need not be in.
policy::Thing Without(policy::Thing thing, absl::string_view group);

// {"groupName": …, "groupArn": …}
std::string TellGroup(const Surroundings& here, absl::string_view name);

// "thing/NAME" of the path's {thingName}, and the same for types and groups.
std::string ThingResource(const Call& call);
std::string ThingTypeResource(const Call& call);
std::string ThingGroupResource(const Call& call);

}  // namespace control
