#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "tests/cli/no_environment.h"

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CommandLineOf : public testing::Test {
 protected:
  static absl::StatusOr<CommandLine> Read(const std::vector<std::string>& words) {
    return ReadCommandLine(words, NoEnvironment);
  }
  static std::string FaultOf(const std::vector<std::string>& words) {
    const auto line = Read(words);
    EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(line.status().message());
  }

  const absl::FlagSaver saver_;
};

TEST_F(CommandLineOf, FlagsAndArgumentsMayBeMixed) {
  const auto line = Read({"--json", "thing", "--registry=r", "create", "--policy", "p", "lamp1"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->command->path, "thing create");
  EXPECT_THAT(line->arguments, ElementsAre("lamp1"));
  EXPECT_EQ(absl::GetFlag(FLAGS_registry), "r");
  EXPECT_TRUE(absl::GetFlag(FLAGS_json));
}

TEST_F(CommandLineOf, ARepeatedFlagKeepsEachValueAsItIs) {
  ASSERT_TRUE(Read({"thing", "create", "t", "--policy", "a,b", "--policy="}).ok());
  EXPECT_THAT(absl::GetFlag(FLAGS_policy).values, ElementsAre("a,b", ""));
}

TEST_F(CommandLineOf, DashesInNamesCountAsUnderscores) {
  ASSERT_TRUE(Read({"thing", "create", "t", "--key-kind", "ec"}).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_key_kind), "ec");
}

TEST_F(CommandLineOf, TwoDashesEndTheFlags) {
  const auto line = Read({"thing", "create", "--", "--json"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_THAT(line->arguments, ElementsAre("--json"));
}

TEST_F(CommandLineOf, ASwitchCanBeTakenBack) {
  ASSERT_TRUE(Read({"thing", "list", "--nojson"}).ok());
  EXPECT_FALSE(absl::GetFlag(FLAGS_json));
}

TEST_F(CommandLineOf, AFaultNamesWhatIsWrongAndWhatIsRight) {
  EXPECT_THAT(FaultOf({"think"}), HasSubstr("\"think\" is not a command; shadowctl knows: thing"));
  EXPECT_THAT(FaultOf({"--json"}), HasSubstr("shadowctl needs one of: thing"));
  EXPECT_THAT(FaultOf({"thing"}), HasSubstr("shadowctl thing needs one of: create"));
  EXPECT_THAT(FaultOf({"thing", "create"}), HasSubstr("too few arguments; it is: shadowctl thing"));
  EXPECT_THAT(FaultOf({"thing", "list", "x"}), HasSubstr("too many arguments"));
  EXPECT_THAT(FaultOf({"thing", "list", "--ca", "x"}), HasSubstr("--ca is not a flag of"));
  EXPECT_THAT(FaultOf({"thing", "list", "--nothing"}), HasSubstr("--nothing is not a flag of"));
  EXPECT_THAT(FaultOf({"thing", "list", "--registry"}), HasSubstr("--registry needs a value"));
  EXPECT_THAT(FaultOf({"thing", "list", "--json=maybe"}), HasSubstr("--json: \"maybe\""));
  EXPECT_THAT(FaultOf({"thing", "list", "-x"}), HasSubstr("two dashes"));
  EXPECT_THAT(FaultOf({"thing", "list", "--registry", "a", "--registry", "b"}),
              HasSubstr("--registry is given twice"));
}

TEST_F(CommandLineOf, HelpNeedsNoArguments) {
  EXPECT_TRUE(Read({"thing", "create", "--help"})->help);
  EXPECT_TRUE(Read({})->help);
  EXPECT_THAT(Read({"thing", "-h"})->words, ElementsAre("thing"));
}

TEST_F(CommandLineOf, TheLineGoesBeforeTheEnvironment) {
  const auto environment = [](const char* name) -> const char* {
    const std::string variable = name;
    return variable == "SHADOWCTL_REGISTRY" ? "theirs"
           : variable == "SHADOWCTL_CA"     ? "ca"
                                            : nullptr;
  };
  const std::vector<std::string> words = {"thing", "create", "t", "--registry", "mine"};
  ASSERT_TRUE(ReadCommandLine(words, environment).ok());
  EXPECT_EQ(absl::GetFlag(FLAGS_registry), "mine");
  EXPECT_EQ(absl::GetFlag(FLAGS_ca), "ca");
}

TEST(Commands, EachFlagOfEachIsDefined) {
  for (const Command* const command : AllCommands()) {
    for (const absl::string_view name : command->flags) {
      EXPECT_NE(absl::FindCommandLineFlag(name), nullptr) << command->path << " --" << name;
    }
  }
}

TEST(Commands, AreFoundByTheirPathThoughOneBeginsAnother) {
  for (const Command* const command : AllCommands()) {
    size_t used = 0;
    const std::vector<absl::string_view> path = absl::StrSplit(command->path, ' ');
    EXPECT_EQ(FindCommand(path, used), command) << command->path;
  }
}

TEST(Arity, FollowsThePlaceholders) {
  EXPECT_EQ(ArityOf("").max, 0u);
  EXPECT_EQ(ArityOf("A [B]").min, 1u);
  EXPECT_EQ(ArityOf("A [B]").max, 2u);
  EXPECT_GT(ArityOf("A...").max, 1000u);
}

}  // namespace
}  // namespace cli
