#include "policy/registry_writer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "policy/registry_entry.h"
#include "policy/registry_files.h"
#include "tests/policy/texts.h"
#include "tests/storage/scratch_folder.h"

namespace policy {
namespace {

const std::string kWrittenId(64, 'a');

class RegistryWriter : public testing::Test {
 protected:
  static mode_t ModeOf(const std::string& path) {
    struct stat facts = {};
    EXPECT_EQ(stat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 07777;
  }

  absl::StatusOr<bool> PutThing(const Thing& thing) const {
    return PutEntry(folder_, RegistryPart::kThings, thing.name, PrintThing(thing));
  }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("registry");
};

TEST_F(RegistryWriter, WhatIsPutIsLoaded) {
  const Thing thing{.name = "t", .type_name = "lamp", .attributes = {{"a", "x"}}};
  Certificate certificate;
  certificate.status = CertificateStatus::kActive;
  certificate.things = {{"t", {}}};
  certificate.policies = {{"p", {}}};
  EXPECT_TRUE(*PutThing(thing));
  EXPECT_TRUE(*PutEntry(folder_, RegistryPart::kPolicies, "p", AllowText("iot:Connect", "*")));
  EXPECT_TRUE(
      *PutEntry(folder_, RegistryPart::kCertificates, kWrittenId, PrintCertificate(certificate)));
  const auto registry = LoadRegistry(folder_);
  ASSERT_TRUE(registry.ok()) << registry.status();
  const Certificate* const loaded = (*registry)->FindCertificate(kWrittenId);
  ASSERT_NE(loaded, nullptr);
  EXPECT_EQ((*registry)->FindThing("t")->attributes, thing.attributes);
  EXPECT_EQ(loaded->policies[0].name, "p");
}

TEST_F(RegistryWriter, EveryChangeIsIdempotent) {
  const Thing thing{.name = "t", .type_name = ""};
  EXPECT_TRUE(*PutThing(thing));
  EXPECT_FALSE(*PutThing(thing));
  EXPECT_TRUE(*RemoveEntry(folder_, RegistryPart::kThings, "t"));
  EXPECT_FALSE(*RemoveEntry(folder_, RegistryPart::kThings, "t"));
}

TEST_F(RegistryWriter, RefusesWhatTheLoaderWouldRefuse) {
  EXPECT_FALSE(PutThing({.name = "../t", .type_name = ""}).ok());
  EXPECT_FALSE(PutThing({.name = "t", .type_name = "a b"}).ok());
  EXPECT_FALSE(
      PutEntry(folder_, RegistryPart::kPolicies, "a/b", AllowText("iot:Connect", "*")).ok());
  EXPECT_FALSE(PutEntry(folder_, RegistryPart::kPolicies, "p", "{}").ok());
  EXPECT_FALSE(PutEntry(folder_, RegistryPart::kCertificates, "x", PrintCertificate({})).ok());
  EXPECT_FALSE(RemoveEntry(folder_, RegistryPart::kThings, "../t").ok());
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(RegistryWriter, FilesHaveTheirModeWhateverTheUmask) {
  const mode_t before = umask(0);
  const std::string key = scratch_.In("key.pem");
  EXPECT_TRUE(WriteFileAtomically(key, "secret", kKeyMode).ok());
  EXPECT_TRUE(PutThing({.name = "t", .type_name = ""}).ok());
  umask(before);
  EXPECT_EQ(ModeOf(key), kKeyMode);
  EXPECT_EQ(ModeOf(folder_ + "/things/t.json"), kEntryMode);
}

TEST_F(RegistryWriter, AFileIsReplacedWholeAndNothingIsLeftBeside) {
  const std::string path = scratch_.In("f");
  EXPECT_TRUE(WriteFileAtomically(path, "old", 0600).ok());
  EXPECT_TRUE(WriteFileAtomically(path, "new", 0600).ok());
  EXPECT_EQ(storage::FileText(path), "new");
  EXPECT_FALSE(WriteFileAtomically(scratch_.In("no/such/folder"), "x", 0600).ok());
  std::filesystem::create_directories(scratch_.In("taken/x"));
  EXPECT_FALSE(WriteFileAtomically(scratch_.In("taken"), "x", 0600).ok());
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scratch_.In(""))) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(RegistryWriter, AKeyThatOthersMayUseIsRefused) {
  const std::string key = scratch_.In("key.pem");
  EXPECT_TRUE(WriteFileAtomically(key, "secret", kKeyMode).ok());
  EXPECT_TRUE(CheckKeyFile(key).ok());
  chmod(key.c_str(), 0640);
  EXPECT_TRUE(absl::StrContains(CheckKeyFile(key).message(), "set it right with chmod 600"));
  EXPECT_FALSE(CheckKeyFile(scratch_.In("none")).ok());
}

// Root, who may write anywhere, gives that up meanwhile.
TEST_F(RegistryWriter, AFolderThatMayNotBeWrittenToIsToldWithTheRemedy) {
  EXPECT_TRUE(CheckWritable(folder_).ok());
  EXPECT_TRUE(PutThing({.name = "t", .type_name = ""}).ok());
  EXPECT_TRUE(CheckWritable(folder_).ok());
  chmod(scratch_.In("").c_str(), 0755);
  chmod((folder_ + "/things").c_str(), 0555);
  const uid_t user = geteuid();
  if (user == 0) {
    ASSERT_EQ(chown(folder_.c_str(), 65534, 65534), 0);
    ASSERT_EQ(seteuid(65534), 0);
  }
  const absl::Status status = CheckWritable(folder_);
  EXPECT_EQ(seteuid(user), 0);
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), folder_ + "/things may not be written to"));
  EXPECT_TRUE(absl::StrContains(status.message(), ": " + folder_)) << status;
}

TEST_F(RegistryWriter, ALockIsGivenOnAndMakesTheFolder) {
  {
    const auto lock = RegistryLock::Take(folder_);
    EXPECT_TRUE(lock.ok()) << lock.status();
  }
  EXPECT_TRUE(RegistryLock::Take(folder_).ok());
  EXPECT_TRUE(LoadRegistry(folder_).ok());
}

}  // namespace
}  // namespace policy
