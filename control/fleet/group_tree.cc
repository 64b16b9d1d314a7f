#include "control/fleet/group_tree.h"

#include <algorithm>

namespace control {

std::vector<std::string> GroupsAbove(const Account& account, absl::string_view group) {
  std::vector<std::string> above;
  const policy::ThingGroup* at = account.registry().FindThingGroup(group);
  while (at != nullptr && !at->parent.empty() && above.size() < policy::kGroupDepthMax) {
    at = account.registry().FindThingGroup(at->parent);
    if (at != nullptr) above.push_back(at->name);
  }
  std::reverse(above.begin(), above.end());
  return above;
}

std::string RootOf(const Account& account, absl::string_view group) {
  const std::vector<std::string> above = GroupsAbove(account, group);
  return above.empty() ? std::string(group) : above.front();
}

Account::Names WithGroupsBelow(const Account& account, absl::string_view group) {
  Account::Names all;
  std::vector<std::string> next = {std::string(group)};
  while (!next.empty()) {
    const std::string name = std::move(next.back());
    next.pop_back();
    if (!all.insert(name).second) continue;
    for (const std::string& child : account.ChildrenOfGroup(name)) next.push_back(child);
  }
  return all;
}

}  // namespace control
