// Tags (section 9): read wherever something that can have them is made.
#pragma once

#include <optional>

#include "control/members.h"
#include "policy/entry.h"

namespace control {

// The member "tags": [{"Key": …, "Value": …}].
policy::Tags ReadTags(Members& in);

// More than 50, or nothing.
std::optional<Refusal> TagsRefusal(const policy::Tags& tags);

}  // namespace control
