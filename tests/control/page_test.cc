// docs/aws-cli.md lists the operations that are offered, and no other.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "control/operation.h"

namespace control {
namespace {

std::set<std::string> OperationsOfPage() {
  std::ostringstream text;
  text << std::ifstream(AWS_CLI_PAGE).rdbuf();
  const std::string page = text.str();
  const size_t begin = page.find("## What is offered");
  const size_t end = page.find("\nAny other", begin);
  const std::string table = page.substr(begin, end - begin);
  const std::regex name("`([A-Z][A-Za-z0-9]+)`");
  std::set<std::string> names;
  for (std::sregex_iterator one(table.begin(), table.end(), name), none; one != none; ++one) {
    names.insert((*one)[1]);
  }
  return names;
}

TEST(ControlOperations, AreThoseOfThePage) {
  std::set<std::string> names;
  for (const Operation* const operation : AllOperations()) names.emplace(operation->name);
  EXPECT_EQ(names, OperationsOfPage());
}

}  // namespace
}  // namespace control
