#include "policy/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "policy/registry_files.h"
#include "policy/registry_writer.h"
#include "tests/policy/texts.h"
#include "tests/storage/scratch_folder.h"

namespace policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr absl::string_view kId = "AKIAIOSFODNN7EXAMPLE";
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

class Credential : public testing::Test {
 protected:
  Credential() {
    EXPECT_TRUE(
        PutEntry(registry_, RegistryPart::kPolicies, "p", AllowText("iot:GetThingShadow", "*"))
            .ok());
  }

  absl::StatusOr<std::shared_ptr<const Credentials>> Load() const {
    return LoadCredentials(folder_, **LoadRegistry(registry_));
  }

  static CredentialEntry Entry() {
    CredentialEntry entry;
    entry.secret = kSecret;
    entry.active = true;
    entry.policies = {{"p", {}}};
    entry.description = "for tests";
    return entry;
  }

  const storage::ScratchFolder scratch_;
  const std::string registry_ = scratch_.In("registry");
  const std::string folder_ = scratch_.In("credentials");
  const std::string file_ = absl::StrCat(folder_, "/", kId, ".json");
};

TEST_F(Credential, WhatIsPutIsLoaded) {
  EXPECT_TRUE(*PutCredential(folder_, kId, Entry()));
  EXPECT_FALSE(*PutCredential(folder_, kId, Entry()));
  const auto keys = Load();
  ASSERT_TRUE(keys.ok()) << keys.status();
  const auto* const key = (*keys)->Find(kId);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->secret, kSecret);
  EXPECT_TRUE(key->active);
  ASSERT_EQ(key->policies.size(), 1u);
  EXPECT_EQ(key->policies[0].name, "p");
  EXPECT_EQ((*keys)->Find("AKIAIOSFODNN7EXAMPLF"), nullptr);
  EXPECT_THAT(*ListCredentials(folder_), ElementsAre(std::string(kId)));
  EXPECT_TRUE(*RemoveCredential(folder_, kId));
  EXPECT_FALSE(*RemoveCredential(folder_, kId));
  EXPECT_EQ((*Load())->size(), 0u);
}

TEST_F(Credential, IsItsOwnersAlone) {
  ASSERT_TRUE(PutCredential(folder_, kId, Entry()).ok());
  struct stat facts = {};
  ASSERT_EQ(stat(file_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0600u);
  ASSERT_EQ(stat(folder_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0700u);

  ASSERT_EQ(chmod(file_.c_str(), 0640), 0);
  EXPECT_THAT(std::string(Load().status().message()), HasSubstr("chmod go-rwx"));
  ASSERT_EQ(chmod(file_.c_str(), 0600), 0);
  ASSERT_EQ(chmod(folder_.c_str(), 0750), 0);
  EXPECT_THAT(std::string(Load().status().message()), HasSubstr("chmod go-rwx"));
}

TEST_F(Credential, AFaultNamesItsPlaceAndNeverTheSecret) {
  ASSERT_TRUE(PutCredential(folder_, kId, Entry()).ok());
  std::ofstream(file_) << "{\"status\": \"ACTIVE\",\n \"secretAccessKey\": \"" << kSecret << "x\"}";
  const auto keys = Load();
  ASSERT_FALSE(keys.ok());
  EXPECT_THAT(std::string(keys.status().message()), HasSubstr(absl::StrCat(kId, ".json:2:")));
  EXPECT_THAT(std::string(keys.status().message()), Not(HasSubstr(kSecret)));
}

TEST_F(Credential, RefusesWhatIsNotRight) {
  CredentialEntry entry = Entry();
  entry.policies = {{"q", {}}};
  ASSERT_TRUE(PutCredential(folder_, kId, entry).ok());
  EXPECT_THAT(std::string(Load().status().message()), HasSubstr("there is no policy \"q\""));
  entry.secret = "short";
  EXPECT_FALSE(PutCredential(folder_, kId, entry).ok());
  EXPECT_FALSE(PutCredential(folder_, "../AKIA", Entry()).ok());
  EXPECT_FALSE(ParseCredential(R"({"secretAccessKey":"x"})").ok());
  EXPECT_EQ(LoadCredentials(scratch_.In("none"), **LoadRegistry(registry_)).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(Credential, MayHaveASessionToken) {
  CredentialEntry entry = Entry();
  entry.session_token = "IQoJb3JpZ2luX2Vj//+==";
  ASSERT_TRUE(PutCredential(folder_, kId, entry).ok());
  const auto keys = Load();
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ((*keys)->Find(kId)->session_token, entry.session_token);
  for (const std::string& wrong : {std::string("a b"), std::string("a\nb"), std::string("\xC3\xA4"),
                                   std::string(kSessionTokenBytesMax + 1, 'a')}) {
    entry.session_token = wrong;
    EXPECT_FALSE(PutCredential(folder_, kId, entry).ok()) << wrong;
  }
}

TEST_F(Credential, MayStandForAnIdentityOfCognito) {
  CredentialEntry entry = Entry();
  entry.identity = {.id = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666", .authenticated = false};
  ASSERT_TRUE(PutCredential(folder_, kId, entry).ok());
  const auto keys = Load();
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ((*keys)->Find(kId)->identity.id, entry.identity.id);
  EXPECT_FALSE((*keys)->Find(kId)->identity.authenticated);
  entry.identity.id = "somebody";
  EXPECT_FALSE(PutCredential(folder_, kId, entry).ok());
}

TEST_F(Credential, NewOnesAreWellFormedAndDiffer) {
  EXPECT_TRUE(IsAccessKeyId(NewAccessKeyId()));
  EXPECT_NE(NewAccessKeyId(), NewAccessKeyId());
  EXPECT_EQ(NewSecretAccessKey().size(), kSecretAccessKeyBytes);
  EXPECT_NE(NewSecretAccessKey(), NewSecretAccessKey());
  EXPECT_FALSE(IsAccessKeyId("AKIAiosfodnn7example"));
  EXPECT_FALSE(IsAccessKeyId("ASIAIOSFODNN7EXAMPLE"));
}

}  // namespace
}  // namespace policy
