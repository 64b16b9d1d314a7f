#include "policy/registry_part.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace policy {
namespace {

// The page tells what the link calls each part.
TEST(RegistryPart, HasTheNumberOfThePage) {
  std::string page;
  for (uint8_t number = 1; number < 255; ++number) {
    const auto part = PartOfNumber(number);
    if (!part) continue;
    EXPECT_EQ(PartNumber(*part), number);
    absl::StrAppend(&page, page.empty() ? "" : ", ", number, " ", PartFolder(*part));
  }
  EXPECT_EQ(page,
            "1 things, 2 thing-types, 3 thing-groups, 4 policies, 5 policy-versions, "
            "6 certificates, 7 ca-certificates, 8 keys, 9 account, 10 identities, "
            "11 provisioning-templates");
}

TEST(RegistryPart, AnIdentityIsCalledAsCognitoCallsIt) {
  const auto fault = [](absl::string_view name) {
    return NameFault(RegistryPart::kIdentities, name);
  };
  EXPECT_EQ(fault("us-east-1:0a1b2c3d-1111-4222-8333-444455556666"), "");
  for (const absl::string_view wrong :
       {"", "us-east-1", ":0a1b2c3d-1111-4222-8333-444455556666",
        "us-east-1:0A1B2C3D-1111-4222-8333-444455556666",
        "../t-1:0a1b2c3d-1111-4222-8333-444455556666",
        "US-EAST-1:0a1b2c3d-1111-4222-8333-444455556666",
        "us-east-1:0a1b2c3d-1111-4222-8333-44445555666",
        "us-east-1:0a1b2c3d-1111-4222-8333-444455556666 ",
        "us-east-1-us-east-1:0a1b2c3d-1111-4222-8333-444455556666"}) {
    EXPECT_NE(fault(wrong), "") << wrong;
  }
}

TEST(RegistryPart, ATemplateIsCalledAsAwsLetsIt) {
  const auto fault = [](absl::string_view name) {
    return NameFault(RegistryPart::kProvisioningTemplates, name);
  };
  EXPECT_EQ(fault("Fleet_of-9"), "");
  EXPECT_EQ(fault(std::string(36, 'a')), "");
  for (const std::string& wrong : {std::string(), std::string(37, 'a'), std::string("a.b")}) {
    EXPECT_NE(fault(wrong), "") << wrong;
  }
}

TEST(RegistryPart, OfPemsHasNone) {
  EXPECT_EQ(PartNumber(RegistryPart::kCertificatePems), 0);
  EXPECT_EQ(PartNumber(RegistryPart::kCaCertificatePems), 0);
  EXPECT_FALSE(PartOfNumber(0));
  EXPECT_FALSE(PartOfNumber(255));
}

}  // namespace
}  // namespace policy
