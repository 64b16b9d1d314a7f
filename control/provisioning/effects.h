// What provisioning does to the account (F9, F10): thing, policies, groups and certificate as the
// plan wants them, all or nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "control/account.h"
#include "control/refusal.h"
#include "control/surroundings.h"
#include "policy/registry_journal.h"
#include "provisioning/plan.h"

namespace control {

struct Provisioned {
  std::vector<policy::EntryChange> changes{};
  std::map<std::string, std::string> arns{};  // of the resources, by their logical names
};

// `certificate` is what the plan's certificate is: an entry that is there, or one that is to be
// kept from now on; nothing: the plan has none. One that has not been decided on (new, or
// PENDING_ACTIVATION) gets the plan's status in any case, and awaits nobody any more.
//
// Refuses what the account does not have (404), what cannot be (400), and by ConflictingResource-
// Update what is there already and is to stay as it is.
std::variant<Provisioned, Refusal> Provision(const provisioning::Plan& plan,
                                             const std::optional<policy::Certificate>& certificate,
                                             const Account& account, const Surroundings& here);

}  // namespace control
