// What one file of the registry says: JSON to entry and back, one member or name a line, in a fixed
// order: a change of one attachment is a change of one line. Policies are AWS's own documents
// (document.h); docs/policies.md has the members of all.
//
//   things/NAME.json         {"thingTypeName": "lamp", "attributes": {"room": "kitchen"}}
//   certificates/ID.json     {"status": "ACTIVE", "things": ["lamp1"], "policies": ["lamp"]}
//   identities/ID.json       {"things": ["lamp1"], "policies": ["lamp"]}
//
// Every member may be left out but "status".
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/entry.h"

namespace policy {

// AWS's limits.
inline constexpr size_t kThingAttributesMax = 50;
inline constexpr size_t kAttributeNameBytesMax = 128;
inline constexpr size_t kAttributeValueBytesMax = 800;
inline constexpr size_t kPoliciesPerPrincipalMax = 10;  // of certificates and so on
inline constexpr size_t kPoliciesPerGroupMax = 2;
inline constexpr size_t kGroupsPerThingMax = 10;
inline constexpr size_t kTagsMax = 50;

// The files of versions, of a policy and of a provisioning template, hold whole documents.
inline constexpr size_t kVersionsBytesMax = 1024 * 1024;

// Each fails with a Fault ("line:column: reason").
absl::StatusOr<Thing> ParseThing(absl::string_view name, absl::string_view text);
absl::StatusOr<ThingType> ParseThingType(absl::string_view name, absl::string_view text);
absl::StatusOr<ThingGroup> ParseThingGroup(absl::string_view name, absl::string_view text);
absl::StatusOr<Certificate> ParseCertificate(absl::string_view id, absl::string_view text);
absl::StatusOr<Identity> ParseIdentity(absl::string_view id, absl::string_view text);
absl::StatusOr<CaCertificate> ParseCaCertificate(absl::string_view id, absl::string_view text);
absl::StatusOr<PolicyVersions> ParsePolicyVersions(absl::string_view name, absl::string_view text);
absl::StatusOr<AccessKey> ParseAccessKey(absl::string_view id, absl::string_view text);
absl::StatusOr<ProvisioningTemplate> ParseProvisioningTemplate(absl::string_view name,
                                                               absl::string_view text);
absl::StatusOr<Settings> ParseSettings(absl::string_view text);

std::string PrintThing(const Thing& thing);
std::string PrintThingType(const ThingType& type);
std::string PrintThingGroup(const ThingGroup& group);
std::string PrintCertificate(const Certificate& certificate);
std::string PrintIdentity(const Identity& identity);
std::string PrintCaCertificate(const CaCertificate& certificate);
std::string PrintPolicyVersions(const PolicyVersions& versions);
std::string PrintAccessKey(const AccessKey& key);
std::string PrintProvisioningTemplate(const ProvisioningTemplate& one);
std::string PrintSettings(const Settings& settings);

// 1 to 36 letters, digits, _ and -.
bool IsTemplateName(absl::string_view text);

// 64 lower-case hex digits.
bool IsCertificateId(absl::string_view text);

// "us-east-1:0a1b2c3d-1111-4222-8333-444455556666": a region and a UUID in lower case, as Cognito
// writes them.
bool IsIdentityId(absl::string_view text);

}  // namespace policy
