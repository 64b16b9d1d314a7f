#include "cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/flags/reflection.h"
#include "cli/commands.h"
#include "cli/help.h"

namespace cli {
namespace {

using testing::HasSubstr;

struct Told {
  ExitCode code;
  std::string out;
  std::string err;
};

Told Tell(const std::vector<std::string>& words) {
  const absl::FlagSaver saver;
  std::ostringstream out;
  std::ostringstream err;
  const auto nothing = [](const char*) -> const char* { return nullptr; };
  const ExitCode code = RunProgram(words, nothing, out, err);
  return {code, out.str(), err.str()};
}

TEST(Program, HelpIsAskedForAndSoNoFault) {
  const Told told = Tell({"--help"});
  EXPECT_EQ(told.code, ExitCode::kDone);
  EXPECT_EQ(told.err, "");
  for (const Command* const command : AllCommands()) {
    EXPECT_THAT(told.out, HasSubstr(std::string(command->path)));
    const Told own =
        Tell({std::string(command->path.substr(0, command->path.find(' '))), "--help"});
    EXPECT_THAT(own.out, HasSubstr(std::string(command->summary)));
    EXPECT_THAT(HelpText(*command), HasSubstr(UsageText(*command)));
  }
}

TEST(Program, AFaultIsASentenceOrAnObject) {
  const Told told = Tell({"thing", "list"});
  EXPECT_EQ(told.code, ExitCode::kWrongUse);
  EXPECT_EQ(told.out, "");
  EXPECT_THAT(told.err, HasSubstr("shadowctl: where is the registry? Give --registry DIR"));
  EXPECT_THAT(Tell({"thing", "list", "--json"}).err,
              HasSubstr(R"({"error":{"code":"wrong_use","message":"where is the registry?)"));
}

TEST(Program, AnOutputThatBreaksIsAFailure) {
  const absl::FlagSaver saver;
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  const auto nothing = [](const char*) -> const char* { return nullptr; };
  const std::vector<std::string> words = {"completion", "bash"};
  EXPECT_EQ(RunProgram(words, nothing, out, err), ExitCode::kFailed);
}

}  // namespace
}  // namespace cli
