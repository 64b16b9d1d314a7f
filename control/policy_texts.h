// What the operations on policies have in common: their documents, versions and words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/operation.h"

namespace control {

// Why a document is not taken (PO5, PO6), or nothing.
std::optional<Refusal> DocumentRefusal(absl::string_view name, absl::string_view document);

Refusal PolicyNotFound();  // PO4

// The document as it was given, byte for byte.
std::string DocumentInForce(const Surroundings& here, absl::string_view name);

// What is known of a policy's versions. One of which nothing is known yet gets its dates and its
// generation now, and `changes` keeps them.
policy::PolicyVersions VersionsOf(const Account& account, const Surroundings& here,
                                  absl::string_view name,
                                  std::vector<policy::EntryChange>& changes);

// {"policyName": …, "policyArn": …}
std::string TellPolicy(const Surroundings& here, absl::string_view name);

// "policy/NAME" of the path's {policyName}.
std::string PolicyResource(const Call& call);

}  // namespace control
