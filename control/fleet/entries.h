// What the operations on things, their types and their groups have in common: what is not there,
// and what gets an id because somebody asks for it.
#pragma once

#include <optional>
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

// A type that a thing may be given, or why not (TH4).
std::optional<Refusal> TypeRefusal(const Account& account, absl::string_view name);

// Why a thing cannot have the attributes that it has (TH3), or nothing.
std::optional<Refusal> AttributesRefusalOf(const policy::Thing& thing);

// Puts the thing into the group, which is there, or says why not (GR5). Idempotent.
std::optional<Refusal> JoinGroup(const Account& account, absl::string_view group,
                                 policy::Thing& thing);

// {"groupName": …, "groupArn": …}
std::string TellGroup(const Surroundings& here, absl::string_view name);

// "thing/NAME" of the path's {thingName}, and the same for types and groups.
std::string ThingResource(const Call& call);
std::string ThingTypeResource(const Call& call);
std::string ThingGroupResource(const Call& call);

}  // namespace control
