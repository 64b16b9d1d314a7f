// Registry events: what an account is told of when its entries change, each kind of event only if
// it was asked for (section 11).
//
//   $aws/events/thing/NAME/{created|updated|deleted}
//   $aws/events/thingType/NAME/{created|updated|deleted}
//   $aws/events/thingTypeAssociation/thing/NAME/thingType/TYPE/{added|removed}
//   $aws/events/thingGroup/NAME/{created|updated|deleted}
//   $aws/events/thingGroupMembership/thingGroup/GROUP/thing/NAME/{added|removed}
//   $aws/events/thingGroupHierarchy/thingGroup/PARENT/childThingGroup/NAME/{added|removed}
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "control/account.h"
#include "control/operation.h"
#include "control/surroundings.h"
#include "policy/registry_journal.h"

namespace control {

inline constexpr absl::string_view kEventKinds[] = {"THING",
                                                    "THING_GROUP",
                                                    "THING_TYPE",
                                                    "THING_GROUP_MEMBERSHIP",
                                                    "THING_GROUP_HIERARCHY",
                                                    "THING_TYPE_ASSOCIATION",
                                                    "JOB",
                                                    "JOB_EXECUTION",
                                                    "POLICY",
                                                    "CERTIFICATE",
                                                    "CA_CERTIFICATE"};

// What is to be told of changes that are about to be made to `before`.
std::vector<Event> EventsOf(const Account& before, absl::Span<const policy::EntryChange> changes,
                            const Surroundings& here);

}  // namespace control
