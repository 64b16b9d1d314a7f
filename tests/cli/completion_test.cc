#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/registry_writer.h"
#include "tests/cli/no_environment.h"
#include "tests/policy/texts.h"
#include "tests/storage/scratch_folder.h"

namespace cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Of(const std::vector<std::string>& words) {
  return Complete(words, NoEnvironment);
}

TEST(Completion, OffersTheNextWordOfACommand) {
  EXPECT_THAT(Of({"thi"}), ElementsAre("thing", "thing-type", "thing-group"));
  EXPECT_THAT(Of({"thing", "de"}), ElementsAre("delete", "detach"));
  EXPECT_THAT(Of({"completion", ""}), ElementsAre("bash", "zsh"));
}

TEST(Completion, OffersTheFlagsOfTheCommand) {
  EXPECT_THAT(Of({"thing", "create", "--pol"}), ElementsAre("--policy"));
  EXPECT_THAT(Of({"thing", "list", "--pol"}), IsEmpty());
  EXPECT_THAT(Of({"--js"}), ElementsAre("--json"));
}

TEST(Completion, OffersWhatTheRegistryHolds) {
  const storage::ScratchFolder scratch;
  const std::string registry = scratch.In("registry");
  using policy::RegistryPart;
  ASSERT_TRUE(policy::PutEntry(registry, RegistryPart::kThings, "lamp1", "{}\n").ok());
  ASSERT_TRUE(policy::PutEntry(registry, RegistryPart::kThings, "heater", "{}\n").ok());
  ASSERT_TRUE(policy::PutEntry(registry, RegistryPart::kThingTypes, "bulb", "{}\n").ok());
  ASSERT_TRUE(policy::PutEntry(registry, RegistryPart::kThingGroups, "attic", "{}\n").ok());
  ASSERT_TRUE(policy::PutEntry(registry, RegistryPart::kPolicies, "p",
                               policy::AllowText("iot:Connect", "*"))
                  .ok());
  EXPECT_THAT(Of({"thing", "delete", "--registry", registry, ""}), ElementsAre("heater", "lamp1"));
  EXPECT_THAT(Of({"--registry", registry, "thing", "delete", "l"}), ElementsAre("lamp1"));
  EXPECT_THAT(Of({"thing", "create", "--registry", registry, "--policy", ""}), ElementsAre("p"));
  EXPECT_THAT(Of({"thing-type", "show", "--registry", registry, ""}), ElementsAre("bulb"));
  EXPECT_THAT(Of({"thing-group", "add", "--registry", registry, ""}), ElementsAre("attic"));
  EXPECT_THAT(Of({"thing-group", "create", "--registry", registry, "--parent", ""}),
              ElementsAre("attic"));
  EXPECT_THAT(Of({"shadow", "replay", "--registry", registry, "l"}), ElementsAre("lamp1"));
}

TEST(Completion, NeverFails) {
  EXPECT_THAT(Of({}), IsEmpty());
  EXPECT_THAT(Of({"nothing", ""}), IsEmpty());
  EXPECT_THAT(Of({"thing", "delete", ""}), IsEmpty());
  EXPECT_THAT(Of({"thing", "delete", "--registry", "/nowhere", ""}), IsEmpty());
  EXPECT_THAT(Of({"thing", "delete", "a", "b", "c"}), IsEmpty());
}

}  // namespace
}  // namespace cli
