// Every case of tests/cases/account, in process: the operations on an account in memory.
// tests/account runs the same files over HTTPS.
#include "tests/control/cases.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "tests/control/issuing_account.h"

namespace control {
namespace {

// The cases that are known to fail, a line each, as tests/account/cases_test.py knows them.
const std::set<std::string>& NotYet() {
  static const std::set<std::string> known = [] {
    std::set<std::string> lines;
    std::ifstream file(NOT_YET_FILE);
    for (std::string line; std::getline(file, line);) lines.insert(line);
    return lines;
  }();
  return known;
}

class ControlCases : public testing::TestWithParam<Case> {};

TEST_P(ControlCases, ComesAsTheContractSays) {
  IssuingAccount account;
  const absl::Status status =
      RunCase(GetParam(), [&](const CaseRequest& request) { return account.Ask(request); });
  if (NotYet().count(GetParam().id) != 0) {
    EXPECT_FALSE(status.ok()) << GetParam().id << " holds: it must leave the list";
  } else {
    EXPECT_TRUE(status.ok()) << GetParam().id << "\n" << status.message();
  }
}

INSTANTIATE_TEST_SUITE_P(All, ControlCases, testing::ValuesIn(LoadCases()),
                         [](const testing::TestParamInfo<Case>& one) {
                           std::string name;
                           for (const char c : one.param.id) {
                             name.push_back(absl::ascii_isalnum(c) ? c : '_');
                           }
                           return name;
                         });

}  // namespace
}  // namespace control
