// The operations of the control plane: each is a row with AWS's name and path, and a function from
// the account as it is to what changes and what is answered.
//
// To add one: a function beside those of its noun (control/policies.cc, control/fleet/things.cc …),
// a row in that file's list, its case in tests/cases/account, its line in docs/contract-account.md.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "control/account.h"
#include "control/call.h"
#include "control/refusal.h"
#include "control/surroundings.h"
#include "policy/registry_journal.h"

namespace control {

// A message that is published once the change is in force.
struct Event {
  std::string topic;
  std::string payload;
};

struct Done {
  std::string body{};                          // JSON; empty: the answer has none
  std::vector<policy::EntryChange> changes{};  // all or none of which take place
  std::vector<Event> events{};
};

using Outcome = std::variant<Done, Refusal>;

struct Operation : Route {
  using Perform = Outcome (*)(const Call& call, const Account& account, const Surroundings& here);

  constexpr Operation(absl::string_view name, absl::string_view method, absl::string_view path,
                      std::string (*resource)(const Call& call), Perform performing)
      : Route{name, method, path, resource}, perform(performing) {}

  Perform perform;
};

// In the order of the contract's sections.
const std::vector<const Operation*>& AllOperations();

// The one with the method at the path; null: there is none.
const Operation* FindOperation(absl::string_view method, const rest::Target& target);

// What is refused then (T7).
Refusal NoOperation(const rest::Request& request, const rest::Target& target);

// Lists of one noun each.
absl::Span<const Operation> ThingOperations();
absl::Span<const Operation> ThingPrincipalOperations();
absl::Span<const Operation> ThingTypeOperations();
absl::Span<const Operation> ThingGroupOperations();
absl::Span<const Operation> GroupMemberOperations();
absl::Span<const Operation> PolicyOperations();
absl::Span<const Operation> PolicyVersionOperations();
absl::Span<const Operation> AttachmentOperations();
absl::Span<const Operation> CertificateOperations();
absl::Span<const Operation> RegisteringOperations();
absl::Span<const Operation> CaCertificateOperations();
absl::Span<const Operation> ProvisioningTemplateOperations();
absl::Span<const Operation> TemplateVersionOperations();
absl::Span<const Operation> RegisterThingOperations();
absl::Span<const Operation> TaggingOperations();
absl::Span<const Operation> AccountOperations();
absl::Span<const Operation> EffectivePolicyOperations();
absl::Span<const Operation> ConnectivityOperations();

}  // namespace control
