// The matcher of the cases, by the table that tests/account/matcher_test.py goes by, too.
#include "tests/control/matcher.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace control {
namespace {

policy::Node Table() {
  std::ostringstream text;
  text << std::ifstream(MATCHERS_FILE).rdbuf();
  auto table = policy::ParseJsonTree(text.str());
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

absl::Status Matches(const policy::Node& pair, Saved& saved) {
  return Match(
      pair.elements[0], pair.elements[1], "it",
      [](absl::string_view text) { return std::string(text); }, saved);
}

TEST(CaseMatcher, TakesWhatIsRight) {
  const policy::Node table = Table();
  for (const policy::Node& pair : table.Find("holds")->elements) {
    Saved saved;
    const absl::Status status = Matches(pair, saved);
    EXPECT_TRUE(status.ok()) << pair.elements[0].text << ": " << status;
  }
}

TEST(CaseMatcher, RefusesWhatIsOtherwise) {
  const policy::Node table = Table();
  for (const policy::Node& pair : table.Find("fails")->elements) {
    Saved saved;
    EXPECT_FALSE(Matches(pair, saved).ok()) << pair.elements[0].text;
  }
}

TEST(CaseMatcher, KeepsWhatIsToBeSaved) {
  const auto pair = policy::ParseJsonTree(R"([{"a": "$save:one:hex64"}, {"a": ")" +
                                          std::string(64, '0') + R"("}])");
  Saved saved;
  EXPECT_TRUE(Matches(*pair, saved).ok());
  EXPECT_EQ(saved, Saved({{"one", std::string(64, '0')}}));
}

}  // namespace
}  // namespace control
