#include "cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cli/no_environment.h"
#include "tests/storage/scratch_folder.h"

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Settings, AreLinesOfNamesAndValues) {
  const auto settings = ParseSettings("f", "# where\n\n registry = /r \nca=/a=b\r\n");
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_THAT(*settings, ElementsAre(Pair("ca", "/a=b"), Pair("registry", "/r")));
}

TEST(Settings, AFaultNamesFileLineAndReason) {
  EXPECT_EQ(ParseSettings("f", "\nregistry\n").status().message(),
            "f:2: \"registry\" is not \"name = value\"");
  EXPECT_THAT(ParseSettings("f", "json = true").status().message(),
              HasSubstr("f:1: \"json\" is not a setting"));
}

TEST(Settings, AFileThatIsNamedMustBeThere) {
  EXPECT_THAT(FindSettings("/nowhere/file", NoEnvironment).status().message(),
              HasSubstr("\"/nowhere/file\" cannot be read"));
  EXPECT_TRUE(FindSettings("", NoEnvironment).ok());
}

TEST(Settings, AnEmptyFileSaysNothing) {
  const storage::ScratchFolder scratch;
  std::ofstream(scratch.In("empty")).flush();
  EXPECT_TRUE(FindSettings(scratch.In("empty"), NoEnvironment)->empty());
}

TEST(Settings, TheEnvironmentGoesBeforeTheFile) {
  const storage::ScratchFolder scratch;
  std::ofstream(scratch.In("conf")) << "registry = file\nca = file\n";
  const auto environment = [](const char* name) -> const char* {
    return std::string(name) == "SHADOWCTL_REGISTRY" ? "environment" : nullptr;
  };
  EXPECT_THAT(*FindSettings(scratch.In("conf"), environment),
              ElementsAre(Pair("ca", "file"), Pair("registry", "environment")));
}

}  // namespace
}  // namespace cli
