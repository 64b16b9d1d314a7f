#include "policy/registry_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

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
