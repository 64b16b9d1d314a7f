// Every case of tests/cases/devices/commands.json, in process: commands on a desk over an account
// in memory. tests/devices runs the same file over the real programs.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/ascii.h"
#include "commands/commands.h"
#include "commands/keys.h"
#include "tests/desk/case_world.h"

namespace commands {
namespace {

class CommandCases : public testing::TestWithParam<control::Case> {};

TEST_P(CommandCases, ComesAsTheContractSays) {
  desk::CaseWorld world({.operations = Operations(),
                         .data_operations = DataOperations(),
                         .handle = Handle,
                         .time_out = TimeOut,
                         .check = CheckEntry});
  const absl::Status status = control::RunCase(GetParam(), world);
  EXPECT_TRUE(status.ok()) << GetParam().id << "\n" << status.message();
}

INSTANTIATE_TEST_SUITE_P(All, CommandCases,
                         testing::ValuesIn(control::LoadCases("devices/commands.json")),
                         [](const testing::TestParamInfo<control::Case>& one) {
                           std::string name;
                           for (const char c : one.param.id) {
                             name.push_back(absl::ascii_isalnum(c) ? c : '_');
                           }
                           return name;
                         });

}  // namespace
}  // namespace commands
