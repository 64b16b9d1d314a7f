#include "control/fleet/group_tree.h"

namespace control {

std::vector<std::string> GroupsAbove(const Account& account, absl::string_view group) {
  const auto up = policy::GroupsUpFrom(account.registry(), group);
  std::vector<std::string> above;
  for (auto one = up.rbegin(); one != up.rend(); ++one) above.push_back((*one)->name);
  if (!above.empty()) above.pop_back();  // the group itself
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
