#include "service/account/key_projection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "policy/registry_entry.h"

namespace service {
namespace {

using policy::RegistryPart;
using testing::IsEmpty;

constexpr absl::string_view kFirst = "AKIAAAAAAAAAAAAAAAAA";
constexpr absl::string_view kSecond = "AKIABBBBBBBBBBBBBBBB";

class KeyProjectionTest : public testing::Test {
 protected:
  KeyProjectionTest() {
    std::string folder = testing::TempDir() + "/keys.XXXXXX";
    folder_ = mkdtemp(folder.data());
    EXPECT_TRUE(registry_
                    .Put(RegistryPart::kPolicies, "p",
                         R"({"Version":"2012-10-17","Statement":
                            {"Effect":"Allow","Action":"*","Resource":"*"}})")
                    .ok());
  }
  ~KeyProjectionTest() override { std::filesystem::remove_all(folder_); }

  void PutKey(absl::string_view id, bool active) {
    policy::CredentialEntry entry;
    entry.secret = std::string(40, 's');
    entry.active = active;
    entry.policies = {{.name = "p"}};
    ASSERT_TRUE(policy::PutCredential(folder_, id, entry).ok());
  }

  std::vector<policy::EntryChange> Changes() const {
    const auto credentials = policy::LoadCredentials(folder_, registry_);
    EXPECT_TRUE(credentials.ok()) << credentials.status();
    return credentials.ok() ? ProjectKeys(registry_, **credentials)
                            : std::vector<policy::EntryChange>();
  }

  void Apply(const std::vector<policy::EntryChange>& changes) {
    for (const policy::EntryChange& change : changes) {
      if (change.text) {
        EXPECT_TRUE(registry_.Put(change.part, change.name, *change.text).ok());
      } else {
        registry_.Remove(change.part, change.name);
      }
    }
  }

  std::string folder_;
  policy::Registry registry_;
};

TEST_F(KeyProjectionTest, TellsStatusAndPoliciesAndNoSecret) {
  PutKey(kFirst, true);
  PutKey(kSecond, false);
  const auto changes = Changes();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].name, kFirst);
  for (const auto& change : changes) {
    EXPECT_EQ(change.part, RegistryPart::kKeys);
    EXPECT_EQ(change.text->find("sss"), std::string::npos);
  }
  Apply(changes);
  EXPECT_TRUE(registry_.FindKey(kFirst)->active);
  EXPECT_FALSE(registry_.FindKey(kSecond)->active);
  EXPECT_EQ(registry_.FindKey(kFirst)->policies[0].name, "p");
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(KeyProjectionTest, TellsTheIdentityThatAKeyStandsFor) {
  PutKey(kFirst, true);
  Apply(Changes());
  auto entry = policy::ReadCredential(folder_, kFirst);
  ASSERT_TRUE(entry.ok()) << entry.status();
  entry->identity = {.id = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666",
                     .authenticated = false};
  ASSERT_TRUE(policy::PutCredential(folder_, kFirst, *entry).ok());
  Apply(Changes());
  EXPECT_EQ(registry_.FindKey(kFirst)->identity.id, entry->identity.id);
  EXPECT_FALSE(registry_.FindKey(kFirst)->identity.authenticated);
}

TEST_F(KeyProjectionTest, TellsWhatHasChangedAndWhatIsGone) {
  PutKey(kFirst, true);
  PutKey(kSecond, true);
  Apply(Changes());
  PutKey(kFirst, false);
  ASSERT_TRUE(policy::RemoveCredential(folder_, kSecond).ok());
  const auto changes = Changes();
  ASSERT_EQ(changes.size(), 2u);
  Apply(changes);
  EXPECT_FALSE(registry_.FindKey(kFirst)->active);
  EXPECT_EQ(registry_.FindKey(kSecond), nullptr);
}

}  // namespace
}  // namespace service
