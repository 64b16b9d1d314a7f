#include "policy/registry_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "tests/policy/texts.h"
#include "tests/storage/scratch_folder.h"

namespace policy {
namespace {

const std::string kId(64, 'a');

class RegistryFiles : public testing::Test {
 protected:
  RegistryFiles() {
    for (const auto* const part : {"things", "policies", "certificates"}) {
      std::filesystem::create_directories(folder_ + "/" + part);
    }
    Write("things/t.json", "{}");
    Write("policies/p.json", AllowText("iot:Connect", "*"));
    Write("certificates/" + kId + ".json",
          R"({"status":"ACTIVE","things":["t"],"policies":["p"]})");
  }

  void Write(const std::string& name, const std::string& text) const {
    storage::WriteFile(folder_ + "/" + name, text);
  }
  std::string Refusal() const { return std::string(LoadRegistry(folder_).status().message()); }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("registry");
};

TEST_F(RegistryFiles, AreReadFromTheThreeFolders) {
  const auto registry = LoadRegistry(folder_);
  ASSERT_TRUE(registry.ok()) << registry.status();
  EXPECT_EQ((*registry)->things().size(), 1u);
  EXPECT_EQ((*registry)->policies().size(), 1u);
  EXPECT_EQ((*registry)->FindCertificate(kId)->policies.size(), 1u);
}

TEST_F(RegistryFiles, OthersBesideThemAreLeftAlone) {
  Write("README.md", "not JSON");
  Write("things/.gitkeep", "");
  Write("things/t.json.Xy12ab", "left over from a crash");
  Write("certificates/" + kId + ".pem", "-----BEGIN CERTIFICATE-----");
  EXPECT_EQ(Refusal(), "");
}

TEST_F(RegistryFiles, AMissingPartIsEmptyAMissingWholeIsAnError) {
  std::filesystem::remove_all(folder_ + "/certificates");
  EXPECT_EQ(Refusal(), "");
  std::filesystem::remove_all(folder_);
  EXPECT_TRUE(absl::IsNotFound(LoadRegistry(folder_).status()));
}

TEST_F(RegistryFiles, AFaultNamesFilePlaceAndReason) {
  Write("policies/p.json", "{\"Version\": \"2012-10-17\",\n \"statement\": []}");
  Write("things/u.json", "");
  EXPECT_TRUE(absl::StartsWith(Refusal(), "things/u.json:1:1: not JSON: "));
  EXPECT_TRUE(
      absl::EndsWith(Refusal(), "\npolicies/p.json:2:2: a policy cannot have \"statement\""));
  Write("things/u.json", "{}");
  std::filesystem::remove(folder_ + "/policies/p.json");
  EXPECT_EQ(Refusal(), "certificates/" + kId + ".json:1:47: no policy \"p\" is registered");
}

TEST_F(RegistryFiles, NobodyButTheirOwnerMayWriteThem) {
  chmod((folder_ + "/things/t.json").c_str(), 0666);
  EXPECT_TRUE(absl::StartsWith(
      Refusal(), "things/t.json: every user may write to it: take that away with chmod o-w"));
  chmod((folder_ + "/things/t.json").c_str(), 0664);
  EXPECT_EQ(Refusal(), "");
  chmod((folder_ + "/policies").c_str(), 0777);
  EXPECT_EQ(Refusal(), "policies: every user may write to it: take that away with chmod o-w");
  chmod((folder_ + "/policies").c_str(), 0755);
  chmod(folder_.c_str(), 0777);
  EXPECT_NE(Refusal(), "");
}

TEST_F(RegistryFiles, AFolderOrAPipeIsNoFile) {
  std::filesystem::create_directories(folder_ + "/things/f.json");
  mkfifo((folder_ + "/things/g.json").c_str(), 0644);
  EXPECT_EQ(Refusal(),
            "things/f.json: is not a regular file\nthings/g.json: is not a regular file");
}

TEST_F(RegistryFiles, AFileIsNotReadBeyondItsBound) {
  Write("things/t.json", std::string(kFileBytesMax, ' ') + "{}");
  EXPECT_TRUE(absl::StartsWith(Refusal(), "things/t.json:1:1: 65537 bytes are more than"))
      << Refusal();
}

}  // namespace
}  // namespace policy
