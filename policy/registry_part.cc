#include "policy/registry_part.h"

#include "absl/strings/str_cat.h"
#include "policy/credentials.h"
#include "policy/document.h"
#include "policy/registry_entry.h"
#include "shadow/id.h"

namespace policy {
namespace {

using Part = RegistryPart;

constexpr absl::string_view kFolders[] = {
    "things",          "policies",        "certificates",   "thing-types", "thing-groups",
    "policy-versions", "ca-certificates", "keys",           "identities",  "provisioning-templates",
    "account",         "certificates",    "ca-certificates"};

constexpr absl::string_view kNameRule = "1 to 128 letters, digits, : _ and - are allowed";

std::string Cannot(absl::string_view name, absl::string_view what, absl::string_view rule) {
  return absl::StrCat("\"", name, "\" ", what, ": ", rule);
}

}  // namespace

absl::Span<const Part> LoadedParts() {
  static constexpr Part kParts[] = {
      Part::kThings,      Part::kPolicies,       Part::kCertificates,         Part::kThingTypes,
      Part::kThingGroups, Part::kPolicyVersions, Part::kCaCertificates,       Part::kKeys,
      Part::kIdentities,  Part::kAccount,        Part::kProvisioningTemplates};
  return kParts;
}

absl::string_view PartFolder(Part part) { return kFolders[static_cast<size_t>(part)]; }

absl::string_view PartSuffix(Part part) {
  return part == Part::kCertificatePems || part == Part::kCaCertificatePems ? ".pem" : ".json";
}

uint8_t PartNumber(Part part) {
  switch (part) {
    case Part::kThings:
      return 1;
    case Part::kThingTypes:
      return 2;
    case Part::kThingGroups:
      return 3;
    case Part::kPolicies:
      return 4;
    case Part::kPolicyVersions:
      return 5;
    case Part::kCertificates:
      return 6;
    case Part::kCaCertificates:
      return 7;
    case Part::kKeys:
      return 8;
    case Part::kAccount:
      return 9;
    case Part::kIdentities:
      return 10;
    case Part::kProvisioningTemplates:
      return 11;
    case Part::kCertificatePems:
    case Part::kCaCertificatePems:
      break;
  }
  return 0;
}

std::optional<Part> PartOfNumber(uint8_t number) {
  for (const Part part : LoadedParts()) {
    if (PartNumber(part) == number) return part;
  }
  return std::nullopt;
}

std::string EntryFile(Part part, absl::string_view name) {
  return absl::StrCat(PartFolder(part), "/", name, PartSuffix(part));
}

std::string NameFault(Part part, absl::string_view name) {
  switch (part) {
    case Part::kThings:
      return shadow::IsThingName(name) ? "" : Cannot(name, "cannot name a thing", kNameRule);
    case Part::kThingTypes:
      return shadow::IsThingName(name) ? "" : Cannot(name, "cannot name a thing type", kNameRule);
    case Part::kThingGroups:
      return shadow::IsThingName(name) ? "" : Cannot(name, "cannot name a thing group", kNameRule);
    case Part::kPolicies:
    case Part::kPolicyVersions:
      return IsPolicyName(name) ? ""
                                : Cannot(name, "cannot name a policy",
                                         "1 to 128 letters, digits and _+=,.@- are allowed");
    case Part::kKeys:
      return IsAccessKeyId(name) ? ""
                                 : Cannot(name, "is no access key id",
                                          "AKIA and 16 more upper-case letters or digits");
    case Part::kIdentities:
      return IsIdentityId(name) ? ""
                                : Cannot(name, "is no identity of Cognito",
                                         "REGION:UUID in lower-case letters, digits and -, such as "
                                         "us-east-1:0a1b2c3d-1111-4222-8333-444455556666");
    case Part::kProvisioningTemplates:
      return IsTemplateName(name) ? ""
                                  : Cannot(name, "cannot name a provisioning template",
                                           "1 to 36 letters, digits, _ and - are allowed");
    case Part::kAccount:
      return name == kSettings ? ""
                               : Cannot(name, "is not of the account", "only settings.json is");
    default:
      return IsCertificateId(name)
                 ? ""
                 : Cannot(name, "is not a certificate id",
                          "64 lower-case hex digits, the SHA-256 of the certificate's DER");
  }
}

}  // namespace policy
