#include "control/principal.h"

#include <utility>

#include "control/arn.h"
#include "policy/entry_change.h"
#include "policy/registry_entry.h"

namespace control {

std::optional<Principal> FindIdentity(const Account& account, absl::string_view text) {
  if (!policy::IsIdentityId(text)) return std::nullopt;
  Principal principal;
  if (const auto* const known = account.registry().FindIdentity(text)) principal.identity = *known;
  principal.identity.id = std::string(text);
  return principal;
}

policy::EntryChange WithThings(const Principal& principal, std::vector<policy::Reference> things,
                               bool exclusive) {
  const auto changed = [&](auto entry) {
    entry.things = std::move(things);
    entry.exclusive = exclusive;
    return policy::Put(entry);
  };
  return principal.certificate != nullptr ? changed(*principal.certificate)
                                          : changed(principal.identity);
}

policy::EntryChange WithPolicies(const Principal& principal,
                                 std::vector<policy::Reference> policies) {
  const auto changed = [&](auto entry) {
    entry.policies = std::move(policies);
    return policy::Put(entry);
  };
  return principal.certificate != nullptr ? changed(*principal.certificate)
                                          : changed(principal.identity);
}

std::string PrincipalText(const Surroundings& here, absl::string_view id) {
  return policy::IsIdentityId(id) ? std::string(id) : Arn(here, "cert", id);
}

}  // namespace control
