// Every case of tests/cases/devices/jobs.json, in process: jobs on a desk over an account in
// memory. tests/devices runs the same file over the real programs.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/ascii.h"
#include "jobs/jobs.h"
#include "tests/desk/case_world.h"

namespace jobs {
namespace {

class JobCases : public testing::TestWithParam<control::Case> {};

TEST_P(JobCases, ComesAsTheContractSays) {
  desk::CaseWorld world({.operations = Operations(),
                         .data_operations = DataOperations(),
                         .handle = Handle,
                         .time_out = TimeOut,
                         .account_changed = AccountChanged,
                         .check = CheckEntry});
  const absl::Status status = control::RunCase(GetParam(), world);
  EXPECT_TRUE(status.ok()) << GetParam().id << "\n" << status.message();
}

INSTANTIATE_TEST_SUITE_P(All, JobCases, testing::ValuesIn(control::LoadCases("devices/jobs.json")),
                         [](const testing::TestParamInfo<control::Case>& one) {
                           std::string name;
                           for (const char c : one.param.id) {
                             name.push_back(absl::ascii_isalnum(c) ? c : '_');
                           }
                           return name;
                         });

}  // namespace
}  // namespace jobs
