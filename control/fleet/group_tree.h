// Thing groups as a tree: what is above a group, as policy::GroupsUpFrom has it, and below it.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/account.h"

namespace control {

// The names of the groups above `group`, from the root down to its parent; empty for a root.
std::vector<std::string> GroupsAbove(const Account& account, absl::string_view group);

// The root of its hierarchy, which may be the group itself.
std::string RootOf(const Account& account, absl::string_view group);

// `group` and all groups below it.
Account::Names WithGroupsBelow(const Account& account, absl::string_view group);

}  // namespace control
