// The registry's kinds of entries: the folder each has, and what an entry of it may be called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace policy {

enum class RegistryPart : uint8_t {
  kThings,
  kPolicies,
  kCertificates,
  kThingTypes,
  kThingGroups,
  kPolicyVersions,
  kCaCertificates,
  kKeys,
  kIdentities,  // of Cognito
  kProvisioningTemplates,
  kAccount,          // kSettings alone
  kCertificatePems,  // the certificates themselves, beside their entries
  kCaCertificatePems,
};

// The name of the one entry of kAccount.
inline constexpr absl::string_view kSettings = "settings";

// Those that a Registry holds, in the order in which they are read. The PEMs are only looked at one
// by one.
absl::Span<const RegistryPart> LoadedParts();

// "things" and so on.
absl::string_view PartFolder(RegistryPart part);

// ".json", or ".pem".
absl::string_view PartSuffix(RegistryPart part);

// What shadowd and the plugin call a part that a Registry holds (docs/link-format.md); 0 for the
// PEMs, of which nothing is told. Numbers never change their meaning.
uint8_t PartNumber(RegistryPart part);
// Nothing: no part has that number.
std::optional<RegistryPart> PartOfNumber(uint8_t number);

// "things/lamp1.json": where an entry lies in the registry's folder.
std::string EntryFile(RegistryPart part, absl::string_view name);

// Empty: an entry of that part may be called so. Else why not, naming it.
std::string NameFault(RegistryPart part, absl::string_view name);

}  // namespace policy
