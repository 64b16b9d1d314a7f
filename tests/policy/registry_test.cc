#include "policy/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "policy/registry_entry.h"
#include "tests/policy/texts.h"

namespace policy {
namespace {

const std::string kCertificateId(64, 'a');
const std::string kOtherId(64, 'b');
constexpr char kIdentity[] = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666";
constexpr char kOtherIdentity[] = "us-east-1:0a1b2c3d-1111-4222-8333-444455556667";

TEST(Registry, KnowsWhatIsAttachedToWhat) {
  RegistryBuilder builder;
  builder.Add(RegistryPart::kCertificates, kCertificateId,
              R"({"status":"ACTIVE","things":["t1","t2"],"policies":["p"]})");
  builder.Add(RegistryPart::kCertificates, kOtherId, R"({"status":"INACTIVE"})");
  builder.Add(RegistryPart::kThings, "t1", "{}");
  builder.Add(RegistryPart::kThings, "t2", R"({"attributes":{"a":"x"}})");
  builder.Add(RegistryPart::kPolicies, "p", AllowText("iot:Connect", "*"));
  const auto registry = builder.Finish();
  ASSERT_TRUE(registry.ok()) << registry.status();
  const Certificate* const certificate = (*registry)->FindCertificate(kCertificateId);
  ASSERT_NE(certificate, nullptr);
  EXPECT_TRUE(certificate->active());
  EXPECT_EQ(certificate->id, kCertificateId);
  EXPECT_THAT(Borrow(PoliciesOf(**registry, certificate->policies, nullptr)),
              testing::ElementsAre((*registry)->FindPolicy("p")));
  EXPECT_EQ(AttachedThing(**registry, certificate->things, "t2").get(),
            (*registry)->FindThing("t2"));
  EXPECT_EQ(AttachedThing(**registry, certificate->things, "t3"), nullptr);
  EXPECT_FALSE((*registry)->FindCertificate(kOtherId)->active());
  EXPECT_EQ((*registry)->FindCertificate("x"), nullptr);
}

// GR6
TEST(Registry, PoliciesOfAThingsGroupsHoldForTheClientThatIsTheThing) {
  RegistryBuilder builder;
  for (const auto* const name : {"own", "upstairs", "house"}) {
    builder.Add(RegistryPart::kPolicies, name, AllowText("iot:Connect", "*"));
  }
  builder.Add(RegistryPart::kThingGroups, "house", R"({"policies": ["house", "own"]})");
  builder.Add(RegistryPart::kThingGroups, "upstairs",
              R"({"parentGroupName": "house", "policies": ["upstairs"]})");
  builder.Add(RegistryPart::kThings, "lamp", R"({"thingGroupNames": ["upstairs"]})");
  builder.Add(RegistryPart::kCertificates, kCertificateId,
              R"({"status":"ACTIVE","things":["lamp"],"policies":["own"]})");
  const auto registry = builder.Finish();
  ASSERT_TRUE(registry.ok()) << registry.status();
  const Certificate& certificate = *(*registry)->FindCertificate(kCertificateId);
  const auto names = [&](const Thing* thing) {
    std::vector<std::string> list;
    for (const auto& policy : PoliciesOf(**registry, certificate.policies, thing)) {
      list.push_back(policy->name);
    }
    return list;
  };
  EXPECT_THAT(names((*registry)->FindThing("lamp")),
              testing::ElementsAre("own", "upstairs", "house"));
  EXPECT_THAT(names(nullptr), testing::ElementsAre("own"));
}

TEST(Registry, AnIdentityNamesThingsAndPoliciesThatAreThere) {
  RegistryBuilder builder;
  builder.Add(RegistryPart::kIdentities, kIdentity, R"({"things":["t"],"policies":["p"]})");
  const auto registry = builder.Finish();
  EXPECT_EQ(registry.status().message(),
            absl::StrCat("identities/", kIdentity, ".json:1:12: no thing \"t\" is registered\n",
                         "identities/", kIdentity, ".json:1:29: no policy \"p\" is registered"));
}

TEST(Registry, TheKeysThatStandForAnIdentityAreFoundWhateverChanges) {
  Registry registry;
  const auto put = [&](absl::string_view key, absl::string_view identity) {
    AccessKey entry{.id = std::string(key)};
    entry.identity.id = std::string(identity);
    ASSERT_TRUE(registry.Put(RegistryPart::kKeys, key, PrintAccessKey(entry)).ok());
  };
  put("AKIAAAAAAAAAAAAAAAAA", kIdentity);
  put("AKIABBBBBBBBBBBBBBBB", kIdentity);
  put("AKIACCCCCCCCCCCCCCCC", "");
  EXPECT_THAT(registry.KeysOfIdentity(kIdentity),
              testing::ElementsAre("AKIAAAAAAAAAAAAAAAAA", "AKIABBBBBBBBBBBBBBBB"));
  put("AKIAAAAAAAAAAAAAAAAA", kOtherIdentity);
  registry.Remove(RegistryPart::kKeys, "AKIABBBBBBBBBBBBBBBB");
  registry.Remove(RegistryPart::kKeys, "AKIACCCCCCCCCCCCCCCC");
  EXPECT_THAT(registry.KeysOfIdentity(kIdentity), testing::IsEmpty());
  EXPECT_THAT(registry.KeysOfIdentity(kOtherIdentity),
              testing::ElementsAre("AKIAAAAAAAAAAAAAAAAA"));
}

TEST(Registry, AGroupThatIsNotThereIsAFault) {
  RegistryBuilder builder;
  builder.Add(RegistryPart::kThings, "lamp", R"({"thingGroupNames": ["upstairs"]})");
  builder.Add(RegistryPart::kThingGroups, "cellar", R"({"parentGroupName": "house"})");
  EXPECT_EQ(std::string(builder.Finish().status().message()),
            "things/lamp.json:1:22: no thing group \"upstairs\" is registered\n"
            "thing-groups/cellar.json:1:21: no thing group \"house\" is registered");
}

TEST(Registry, IsRefusedWholeWithEveryFaultItsFileAndPlace) {
  RegistryBuilder builder;
  builder.Add(RegistryPart::kThings, "t", "{\n  \"x\": 1}");
  builder.Add(RegistryPart::kThings, "a b", "{}");
  builder.Add(RegistryPart::kPolicies, "p", "{}");
  builder.Add(RegistryPart::kPolicies, "ü", "{}");
  builder.Add(RegistryPart::kCertificates, kCertificateId,
              "{\"status\": \"ACTIVE\",\n \"things\": [\"u\"], \"policies\": [\"q\"]}");
  builder.Add(RegistryPart::kCertificates, "x", "{}");
  const auto registry = builder.Finish();
  ASSERT_FALSE(registry.ok());
  EXPECT_EQ(std::string(registry.status().message()),
            "things/t.json:2:3: a thing cannot have \"x\"\n"
            "things/a b.json: \"a b\" cannot name a thing: 1 to 128 letters, digits, : _ and - are "
            "allowed\n"
            "policies/p.json:1:1: the policy has no \"Statement\"\n"
            "policies/ü.json: \"ü\" cannot name a policy: 1 to 128 letters, digits and _+=,.@- are "
            "allowed\n"
            "certificates/x.json: \"x\" is not a certificate id: 64 lower-case hex digits, the "
            "SHA-256 of the certificate's DER\n"
            "certificates/" +
                kCertificateId +
                ".json:2:13: no thing \"u\" is registered\n"
                "certificates/" +
                kCertificateId + ".json:2:32: no policy \"q\" is registered");
}

TEST(Registry, ShowsTheFirstFaultsOfMany) {
  RegistryBuilder builder;
  for (int i = 0; i < 25; ++i) builder.Add(RegistryPart::kThings, "t", "[]");
  const auto registry = builder.Finish();
  ASSERT_FALSE(registry.ok());
  EXPECT_TRUE(absl::EndsWith(registry.status().message(), "\n... and 5 more"));
}

}  // namespace
}  // namespace policy
