// Who things and policies are attached to (PR1, AT1): a certificate, or an identity of Cognito.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/account.h"
#include "control/surroundings.h"
#include "policy/registry_journal.h"

namespace control {

struct Principal {
  const std::vector<policy::Reference>& things() const {
    return certificate != nullptr ? certificate->things : identity.things;
  }
  const std::vector<policy::Reference>& policies() const {
    return certificate != nullptr ? certificate->policies : identity.policies;
  }
  bool exclusive() const {
    return certificate != nullptr ? certificate->exclusive : identity.exclusive;
  }

  const policy::Certificate* certificate = nullptr;  // null: it is the identity
  policy::Identity identity{.id = {}};
};

// The identity that is called so. Nothing: no identity can be. None is unknown: which there are is
// Cognito's matter, and a policy may be attached before anybody comes with it.
std::optional<Principal> FindIdentity(const Account& account, absl::string_view text);

// What changes so that these are attached to it in the place of those that are. An identity to
// which nothing is attached has no entry.
policy::EntryChange WithThings(const Principal& principal, std::vector<policy::Reference> things,
                               bool exclusive);
policy::EntryChange WithPolicies(const Principal& principal,
                                 std::vector<policy::Reference> policies);

// How AWS calls one of Account::PrincipalsOfThing and so on: by the ARN of the certificate, or as
// Cognito does.
std::string PrincipalText(const Surroundings& here, absl::string_view id);

}  // namespace control
