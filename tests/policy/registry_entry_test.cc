#include "policy/registry_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/registry_part.h"

namespace policy {
namespace {

std::string ThingRefusal(absl::string_view text) {
  return std::string(ParseThing("t", text).status().message());
}
std::string CertificateRefusal(absl::string_view text) {
  return std::string(ParseCertificate("c", text).status().message());
}

TEST(RegistryEntry, AThingIsReadAsItIsPrinted) {
  const Thing thing{"lamp1", "lamp", {{"floor", "1"}, {"room", "hall"}}, "by the \"door\""};
  const std::string text = PrintThing(thing);
  EXPECT_EQ(text, R"({
  "description": "by the \"door\"",
  "thingTypeName": "lamp",
  "attributes": {
    "floor": "1",
    "room": "hall"
  }
}
)");
  const auto again = ParseThing("lamp1", text);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->type_name, "lamp");
  EXPECT_EQ(again->attributes, thing.attributes);
  EXPECT_EQ(again->description, thing.description);
  EXPECT_EQ(PrintThing(Thing{}), "{}\n");
  EXPECT_TRUE(ParseThing("x", "{}\n").ok());
}

TEST(RegistryEntry, ACertificateIsReadAsItIsPrinted) {
  Certificate entry;
  entry.status = CertificateStatus::kActive;
  entry.things = {{"a", {}}, {"b", {}}};
  const std::string text = PrintCertificate(entry);
  EXPECT_EQ(text, R"({
  "status": "ACTIVE",
  "things": [
    "a",
    "b"
  ],
  "policies": []
}
)");
  const auto again = ParseCertificate("c", text);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->active());
  ASSERT_EQ(again->things.size(), 2u);
  EXPECT_EQ(again->things[1].name, "b");
  EXPECT_EQ(PlaceText(again->things[1].place), "5:5");
  EXPECT_FALSE(ParseCertificate("c", R"({"status": "INACTIVE"})")->active());
}

TEST(RegistryEntry, MistakesInAThingAreNamed) {
  EXPECT_EQ(ThingRefusal("[]"), "1:1: a thing must be an object, not a list");
  EXPECT_EQ(ThingRefusal("{\n \"thingType\": \"x\"}"), "2:2: a thing cannot have \"thingType\"");
  EXPECT_EQ(ThingRefusal(R"({"thingTypeName": "a b"})").substr(0, 6), "1:19: ");
  EXPECT_EQ(ThingRefusal(R"({"attributes": []})"),
            "1:16: \"attributes\" must be an object, not a list");
  EXPECT_EQ(ThingRefusal(R"({"attributes": {"a b": "x"}})").substr(0, 6), "1:17: ");
  EXPECT_EQ(ThingRefusal(R"({"attributes": {"a": "ü"}})").substr(0, 6), "1:22: ");
  EXPECT_EQ(ThingRefusal(R"({"attributes": {"a": 1}})"),
            "1:22: an attribute's value must be a string, not a number");
  std::string many = "{\"attributes\": {";
  for (int i = 0; i < 51; ++i) absl::StrAppend(&many, i > 0 ? "," : "", "\"a", i, "\": \"\"");
  EXPECT_EQ(ThingRefusal(many + "}}"), "1:16: a thing has at most 50 attributes");
}

TEST(RegistryEntry, MistakesInACertificateAreNamed) {
  const std::string statuses =
      "\"status\" must be \"ACTIVE\", \"INACTIVE\", \"REVOKED\" or \"PENDING_ACTIVATION\"";
  EXPECT_EQ(CertificateRefusal("{}"), "1:1: " + statuses);
  EXPECT_EQ(CertificateRefusal(R"({"status": "active"})"), "1:12: " + statuses);
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "thing": "x"})"),
            "1:22: a certificate cannot have \"thing\"");
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "things": "x"})"),
            "1:32: \"things\" must be a list, not a string");
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "things": [1]})"),
            "1:33: a name in \"things\" must be a string, not a number");
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "policies": ["p", "p"]})"),
            "1:40: \"p\" stands twice in \"policies\"");
  std::string many = R"({"status": "ACTIVE", "policies": [)";
  for (int i = 0; i < 11; ++i) absl::StrAppend(&many, i > 0 ? "," : "", "\"p", i, "\"");
  EXPECT_EQ(CertificateRefusal(many + "]}"), "1:34: a certificate has at most 10 policies");
}

// Each kind as it stands in its file, with every member.
constexpr std::pair<RegistryPart, absl::string_view> kWholeEntries[] = {
    {RegistryPart::kThings, R"({
  "description": "by the door",
  "thingId": "4ff2a8e5-0d5c-4b43-a0a5-9a4a4a1c6c11",
  "creationDate": "2026-11-29T12:00:00.123Z",
  "version": 3,
  "thingTypeName": "lamp",
  "attributes": {
    "room": "hall"
  },
  "thingGroupNames": [
    "upstairs"
  ],
  "billingGroupName": "house"
}
)"},
    {RegistryPart::kThingTypes, R"({
  "description": "lamps",
  "thingTypeId": "4ff2a8e5-0d5c-4b43-a0a5-9a4a4a1c6c11",
  "creationDate": "2026-11-29T12:00:00.123Z",
  "deprecationDate": "2026-11-29T12:00:01.000Z",
  "searchableAttributes": [
    "room"
  ],
  "propagatingAttributes": [
    {"userPropertyKey": "a", "thingAttribute": "room"},
    {"userPropertyKey": "b", "connectionAttribute": "iot:ClientId"}
  ],
  "tags": {
    "team": "light"
  }
}
)"},
    {RegistryPart::kThingGroups, R"({
  "description": "first floor",
  "thingGroupId": "4ff2a8e5-0d5c-4b43-a0a5-9a4a4a1c6c11",
  "creationDate": "2026-11-29T12:00:00.123Z",
  "version": 2,
  "parentGroupName": "house",
  "attributes": {
    "floor": "1"
  },
  "policies": [
    "p"
  ],
  "tags": {
    "team": "light"
  }
}
)"},
    {RegistryPart::kCertificates, R"({
  "description": "for tests",
  "status": "PENDING_ACTIVATION",
  "things": [
    "lamp"
  ],
  "thingPrincipalType": "EXCLUSIVE_THING",
  "policies": [],
  "creationDate": "2026-11-29T12:00:00.123Z",
  "lastModifiedDate": "2026-11-29T12:00:00.124Z",
  "customerVersion": 2,
  "generationId": "4ff2a8e5-0d5c-4b43-a0a5-9a4a4a1c6c11",
  "caCertificateId": "aa",
  "certificateMode": "SNI_ONLY",
  "ownershipTokenSha256": "bb",
  "ownershipTokenOwner": "cc",
  "claimTemplateName": "fleet",
  "expirationDate": "2026-11-29T13:00:00.123Z"
}
)"},
    {RegistryPart::kProvisioningTemplates, R"({
  "description": "lamps",
  "enabled": true,
  "type": "JITP",
  "provisioningRoleArn": "arn:aws:iam::123456789012:role/r",
  "preProvisioningHook": {"payloadVersion": "2020-04-01", "targetArn": "arn:aws:lambda:f"},
  "defaultVersionId": 2,
  "nextVersionId": 4,
  "creationDate": "2026-11-29T12:00:00.123Z",
  "lastModifiedDate": "2026-11-29T12:00:00.123Z",
  "tags": {
    "team": "light"
  },
  "versions": {
    "2": {"creationDate": "2026-11-29T12:00:00.123Z", "templateBody": "{\"Resources\":{}}"},
    "3": {"templateBody": "{\n}"}
  }
}
)"},
    {RegistryPart::kCaCertificates, R"({
  "status": "ACTIVE",
  "autoRegistrationStatus": "ENABLE",
  "certificateMode": "SNI_ONLY",
  "registrationConfig": {
    "templateBody": "{}",
    "templateName": "t",
    "roleArn": "arn:aws:iam::123456789012:role/r"
  },
  "creationDate": "2026-11-29T12:00:00.123Z",
  "lastModifiedDate": "2026-11-29T12:00:00.123Z",
  "customerVersion": 1,
  "generationId": "4ff2a8e5-0d5c-4b43-a0a5-9a4a4a1c6c11",
  "tags": {
    "team": "light"
  }
}
)"},
    {RegistryPart::kPolicyVersions, R"({
  "defaultVersionId": 2,
  "nextVersionId": 4,
  "creationDate": "2026-11-29T12:00:00.123Z",
  "lastModifiedDate": "2026-11-29T12:00:00.123Z",
  "generationId": "4ff2a8e5-0d5c-4b43-a0a5-9a4a4a1c6c11",
  "tags": {
    "team": "light"
  },
  "versions": {
    "2": {"createDate": "2026-11-29T12:00:00.123Z"},
    "3": {"createDate": "2026-11-29T12:00:00.123Z", "document": "{\n}"}
  }
}
)"},
    {RegistryPart::kKeys, R"({
  "status": "INACTIVE",
  "policies": [
    "p"
  ],
  "identityId": "us-east-1:0a1b2c3d-1111-4222-8333-444455556666",
  "authenticated": false
}
)"},
    {RegistryPart::kIdentities, R"({
  "things": [
    "lamp"
  ],
  "thingPrincipalType": "EXCLUSIVE_THING",
  "policies": [
    "p"
  ]
}
)"},
    {RegistryPart::kAccount, R"({
  "registrationCode": "ab",
  "eventConfigurations": {
    "POLICY": false,
    "THING": true
  }
}
)"},
};

// An entry of `part` as it prints after it was read.
absl::StatusOr<std::string> ReadAndPrinted(RegistryPart part, absl::string_view text) {
  const auto print = [](const auto& entry, auto printer) -> absl::StatusOr<std::string> {
    if (!entry.ok()) return entry.status();
    return printer(*entry);
  };
  switch (part) {
    case RegistryPart::kThings:
      return print(ParseThing("x", text), PrintThing);
    case RegistryPart::kThingTypes:
      return print(ParseThingType("x", text), PrintThingType);
    case RegistryPart::kThingGroups:
      return print(ParseThingGroup("x", text), PrintThingGroup);
    case RegistryPart::kCertificates:
      return print(ParseCertificate("x", text), PrintCertificate);
    case RegistryPart::kCaCertificates:
      return print(ParseCaCertificate("x", text), PrintCaCertificate);
    case RegistryPart::kPolicyVersions:
      return print(ParsePolicyVersions("x", text), PrintPolicyVersions);
    case RegistryPart::kProvisioningTemplates:
      return print(ParseProvisioningTemplate("x", text), PrintProvisioningTemplate);
    case RegistryPart::kKeys:
      return print(ParseAccessKey("x", text), PrintAccessKey);
    case RegistryPart::kIdentities:
      return print(ParseIdentity("x", text), PrintIdentity);
    default:
      return print(ParseSettings(text), PrintSettings);
  }
}

TEST(RegistryEntry, EveryKindIsReadAsItIsPrintedWithEveryMember) {
  for (const auto& [part, text] : kWholeEntries) {
    const auto again = ReadAndPrinted(part, text);
    ASSERT_TRUE(again.ok()) << PartFolder(part) << ": " << again.status();
    EXPECT_EQ(*again, text);
  }
}

TEST(RegistryEntry, MistakesInATemplateAreNamed) {
  const auto fault = [](absl::string_view text) {
    return std::string(ParseProvisioningTemplate("x", text).status().message());
  };
  EXPECT_EQ(fault("{}"), "1:1: a template has no \"versions\"");
  EXPECT_EQ(fault(R"({"versions": {}})"),
            "1:14: the default version \"1\" is not among the \"versions\"");
  EXPECT_THAT(fault(R"({"versions": {"2": {"templateBody": "{}"}}})"),
              testing::HasSubstr("\"2\" is the id of no version"));
  EXPECT_EQ(fault(R"({"versions": {"1": {}}})"), "1:20: a version has no \"templateBody\"");
  EXPECT_EQ(fault(R"({"type": "X", "versions": {"1": {"templateBody": "{}"}}})"),
            "1:10: \"type\" must be \"FLEET_PROVISIONING\" or \"JITP\"");
  EXPECT_THAT(fault(R"({"enabled": 1})"), testing::HasSubstr("\"enabled\""));
}

TEST(RegistryEntry, ACertificateGoesByItselfWhileItIsAClaimOrAwaitsItsOwner) {
  const auto goes = [](absl::string_view status, absl::string_view member) {
    const auto entry =
        ParseCertificate("x", absl::StrCat(R"({"status": ")", status, R"(", "expirationDate": )",
                                           R"("1970-01-01T00:00:01.000Z")", member, "}"));
    return entry.ok() ? entry->goes() : -1;
  };
  constexpr absl::string_view kToken = R"(, "ownershipTokenSha256": "bb")";
  constexpr absl::string_view kClaim = R"(, "claimTemplateName": "t")";
  EXPECT_EQ(goes("PENDING_ACTIVATION", kToken), 1000);
  EXPECT_EQ(goes("ACTIVE", kToken), 0);  // somebody has activated it by hand
  EXPECT_EQ(goes("ACTIVE", kClaim), 1000);
  EXPECT_EQ(goes("INACTIVE", kClaim), 1000);
  EXPECT_EQ(goes("ACTIVE", ""), 0);
  EXPECT_EQ(goes("ACTIVE", R"(, "claimTemplateName": "a/b")"), -1);
}

TEST(RegistryEntry, MistakesInAnIdentityAreNamed) {
  const auto fault = [](absl::string_view text) {
    return std::string(ParseIdentity("x", text).status().message());
  };
  EXPECT_THAT(fault(R"({"status": "ACTIVE"})"), testing::HasSubstr("status"));
  EXPECT_THAT(fault(R"({"thingPrincipalType": "EXCLUSIVE_THING"})"),
              testing::HasSubstr("an identity that is EXCLUSIVE_THING has just one thing"));
  EXPECT_THAT(fault(R"({"policies": ["0","1","2","3","4","5","6","7","8","9","10"]})"),
              testing::HasSubstr("an identity has at most 10 policies"));
}

TEST(RegistryEntry, AKeyStandsForAnIdentityOfCognitoOrForNone) {
  const auto fault = [](absl::string_view more) {
    return std::string(ParseAccessKey("x", absl::StrCat(R"({"status": "ACTIVE", )", more, "}"))
                           .status()
                           .message());
  };
  EXPECT_THAT(fault(R"("identityId": "lamp")"), testing::HasSubstr("REGION:UUID"));
  EXPECT_THAT(fault(R"("identityId": "")"), testing::HasSubstr("REGION:UUID"));
  EXPECT_THAT(fault(R"("authenticated": true)"), testing::HasSubstr("\"identityId\" is missing"));
  const auto key = ParseAccessKey(
      "x",
      R"({"status": "ACTIVE", "identityId": "us-east-1:0a1b2c3d-1111-4222-8333-444455556666"})");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_TRUE(key->identity.authenticated);
}

TEST(RegistryEntry, ACertificateIdIsAHashInHex) {
  EXPECT_TRUE(IsCertificateId(std::string(64, 'a')));
  EXPECT_FALSE(IsCertificateId(std::string(63, 'a')));
  EXPECT_FALSE(IsCertificateId(std::string(64, 'A')));
  EXPECT_FALSE(IsCertificateId(std::string(64, 'g')));
}

}  // namespace
}  // namespace policy
