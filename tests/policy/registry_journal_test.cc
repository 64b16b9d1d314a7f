#include "policy/registry_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "policy/registry_files.h"
#include "policy/registry_writer.h"
#include "tests/policy/texts.h"
#include "tests/storage/scratch_folder.h"

namespace policy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RegistryJournal : public testing::Test {
 protected:
  RegistryJournal() { std::filesystem::create_directories(folder_); }

  void Interrupt(absl::string_view text) const {
    storage::WriteFile(folder_ + "/changes.pending", std::string(text));
  }
  std::vector<std::string> Things() const {
    std::vector<std::string> names;
    const auto registry = LoadRegistry(folder_);
    EXPECT_TRUE(registry.ok()) << registry.status();
    for (const auto& [name, thing] : (*registry)->things()) names.push_back(name);
    return names;
  }
  std::string Refusal() const { return std::string(LoadRegistry(folder_).status().message()); }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("registry");
};

TEST_F(RegistryJournal, SeveralChangesLeaveNothingBehind) {
  const std::vector<EntryChange> made = {{RegistryPart::kThings, "a", "{}\n"},
                                         {RegistryPart::kThings, "b", "{}\n"}};
  ASSERT_TRUE(WriteChanges(folder_, made).ok());
  EXPECT_THAT(Things(), testing::ElementsAre("a", "b"));
  const std::vector<EntryChange> moved = {{RegistryPart::kThings, "a", {}},
                                          {RegistryPart::kThings, "c", "{}\n"}};
  ASSERT_TRUE(WriteChanges(folder_, moved).ok());
  EXPECT_THAT(Things(), testing::ElementsAre("b", "c"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/changes.pending"));
}

TEST_F(RegistryJournal, WhatWasInterruptedCountsAndIsFinishedByTheNextWriter) {
  ASSERT_TRUE(PutEntry(folder_, RegistryPart::kThings, "old", "{}\n").ok());
  Interrupt(R"({"changes": [{"file": "things/old.json"},
                            {"file": "things/new.json", "text": "{}\n"}]})");
  EXPECT_THAT(Things(), testing::ElementsAre("new"));
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/things/old.json"));
  ASSERT_TRUE(RegistryLock::Take(folder_).ok());
  EXPECT_THAT(Things(), testing::ElementsAre("new"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/things/old.json"));
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/things/new.json"));
  EXPECT_THAT(*ReadJournal(folder_), IsEmpty());
}

// A name that an entry of the part may have.
std::string SomeName(RegistryPart part) {
  if (!NameFault(part, std::string(64, 'a')).empty()) {
    for (const absl::string_view name : {"a", "settings", "AKIAAAAAAAAAAAAAAAAA",
                                         "us-east-1:0a1b2c3d-1111-4222-8333-444455556666"}) {
      if (NameFault(part, name).empty()) return std::string(name);
    }
  }
  return std::string(64, 'a');
}

TEST_F(RegistryJournal, HoldsEntriesOfEveryPart) {
  for (const RegistryPart part : LoadedParts()) {
    const std::string name = SomeName(part);
    ASSERT_EQ(NameFault(part, name), "") << PartFolder(part);
    Interrupt(absl::StrCat(R"({"changes": [{"file": ")", EntryFile(part, name), "\"}]}"));
    const auto changes = ReadJournal(folder_);
    ASSERT_TRUE(changes.ok()) << changes.status();
    ASSERT_EQ(changes->size(), 1u);
    EXPECT_EQ(changes->front().part, part) << PartFolder(part);
    EXPECT_EQ(changes->front().name, name);
  }
}

TEST_F(RegistryJournal, WhatIsNoJournalIsNamedAndNothingIsTouched) {
  for (const absl::string_view text :
       {"", "[]", "{}", R"({"changes": [1]})", R"({"changes": [{"file": "../x.json"}]})",
        R"({"changes": [{"file": "things/../../x.json"}]})", R"({"changes": [{"file": "x"}]})",
        R"({"changes": [{"file": "things/a.json", "text": 1}]})"}) {
    Interrupt(text);
    EXPECT_THAT(Refusal(), HasSubstr("changes.pending:")) << text;
    EXPECT_FALSE(RegistryLock::Take(folder_).ok()) << text;
  }
}

}  // namespace
}  // namespace policy
