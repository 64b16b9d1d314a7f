// A thing group as it is told: by `thing-group list` and `thing-group show`.
#pragma once

#include <string>
#include <vector>

#include "cli/json_text.h"
#include "control/account.h"

namespace cli {

struct GroupFacts {
  const policy::ThingGroup& group;
  std::vector<std::string> policies;  // its own
  std::vector<std::string> things;    // of its own
  std::vector<std::string> groups;    // that stand below it
};

// They live as long as the account is not changed.
GroupFacts FactsOf(const control::Account& account, const policy::ThingGroup& group);

JsonText GroupObject(const GroupFacts& facts);

}  // namespace cli
