#include "service/account/registry_in_force.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "policy/registry_writer.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using policy::EntryChange;
using policy::RegistryPart;

class RegistryInForceTest : public testing::Test {
 protected:
  RegistryInForceTest() {
    EXPECT_TRUE(policy::PutEntry(folder_, RegistryPart::kThings, "lamp", "{}\n").ok());
    EXPECT_TRUE(registry_.Load().ok());
  }

  std::string TypeOf(absl::string_view thing) const {
    return registry_.Read([&](const policy::Registry& registry) {
      const policy::Thing* const found = registry.FindThing(thing);
      return found == nullptr ? "none" : found->type_name;
    });
  }
  std::string File() const { return storage::FileText(folder_ + "/things/lamp.json"); }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("registry");
  RegistryInForce registry_{folder_};
  const std::vector<EntryChange> typed_ = {
      {RegistryPart::kThings, "lamp", "{\n  \"thingTypeName\": \"bulb\"\n}\n"}};
};

TEST_F(RegistryInForceTest, AChangeIsOnTheDiskAndInForce) {
  ASSERT_TRUE(registry_.Change(typed_).ok());
  EXPECT_EQ(TypeOf("lamp"), "bulb");
  EXPECT_EQ(File(), *typed_[0].text);
}

TEST_F(RegistryInForceTest, WhatWasChangedByHandIsReadAndNotReplaced) {
  const std::string by_hand = R"({"thingTypeName": "candle", "description": "by hand"})";
  storage::WriteFile(folder_ + "/things/lamp.json", by_hand);
  EXPECT_TRUE(absl::IsAborted(registry_.Change(typed_)));
  EXPECT_EQ(TypeOf("lamp"), "candle");
  EXPECT_EQ(File(), by_hand);
  EXPECT_TRUE(registry_.Change(typed_).ok());
  EXPECT_EQ(TypeOf("lamp"), "bulb");
}

TEST_F(RegistryInForceTest, AnEntryThatWasRemovedByHandIsGone) {
  ASSERT_EQ(unlink((folder_ + "/things/lamp.json").c_str()), 0);
  EXPECT_TRUE(absl::IsAborted(registry_.Change(typed_)));
  EXPECT_EQ(TypeOf("lamp"), "none");
}

TEST_F(RegistryInForceTest, WhatCouldNotBeReadAgainIsNotWritten) {
  const std::string twice = R"({"thingGroupNames": ["a", "a"]})";
  const std::string too_long =
      absl::StrCat(R"({"description": ")", std::string(70'000, 'x'), "\"}");
  for (const std::string& text : {twice, too_long}) {
    const absl::Status status = registry_.Change(
        {{RegistryPart::kThingTypes, "bulb", "{}\n"}, {RegistryPart::kThings, "lamp", text}});
    EXPECT_TRUE(absl::IsOutOfRange(status)) << status;
    EXPECT_EQ(status.message().substr(0, 17), "things/lamp.json:");
    EXPECT_EQ(File(), "{}\n");
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/thing-types/bulb.json"));
  }
  EXPECT_TRUE(registry_.Load().ok());
}

TEST_F(RegistryInForceTest, AFileThatIsNoEntryStopsTheChangeAndNamesIt) {
  storage::WriteFile(folder_ + "/things/lamp.json", "{");
  const absl::Status status = registry_.Change(typed_);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(status.message().substr(0, 16), "things/lamp.json");
  EXPECT_EQ(File(), "{");
}

// Several entries go by way of the journal, which would be in force one day.
TEST_F(RegistryInForceTest, WhereOneFolderMayNotBeWrittenToNothingIsWritten) {
  chmod(scratch_.In("").c_str(), 0755);
  chmod((folder_ + "/things").c_str(), 0555);
  const uid_t user = geteuid();
  if (user == 0) {
    ASSERT_EQ(chown(folder_.c_str(), 65534, 65534), 0);
    ASSERT_EQ(seteuid(65534), 0);
  }
  const absl::Status status = registry_.Change(
      {{RegistryPart::kThingTypes, "bulb", "{}\n"}, {RegistryPart::kThings, "lamp", "{ }\n"}});
  EXPECT_EQ(seteuid(user), 0);
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_EQ(File(), "{}\n");
  EXPECT_TRUE(policy::ReadJournal(folder_)->empty());
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/thing-types"));
}

TEST_F(RegistryInForceTest, WithoutAFolderNothingIsChanged) {
  RegistryInForce none("");
  EXPECT_TRUE(none.Load().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(none.Change(typed_)));
}

}  // namespace
}  // namespace service
