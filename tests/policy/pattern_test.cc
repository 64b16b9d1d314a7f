#include "policy/pattern.h"

#include <gtest/gtest.h>

#include <random>

namespace policy {
namespace {

using Syntax = Pattern::Syntax;

bool Matches(absl::string_view pattern, absl::string_view subject,
             const Connection& connection = Connection()) {
  const auto compiled = Pattern::Compile(pattern, Syntax::kWildcardsAndVariables);
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled.ok() && compiled->Matches(subject, connection);
}

TEST(Pattern, AStarTakesAnyCharactersAndNone) {
  EXPECT_TRUE(Matches("*", ""));
  EXPECT_TRUE(Matches("*", "anything/at/all"));
  EXPECT_TRUE(Matches("a*", "a"));
  EXPECT_TRUE(Matches("a*c", "ac"));
  EXPECT_TRUE(Matches("a*c", "abc/bc"));
  EXPECT_FALSE(Matches("a*c", "abcd"));
  EXPECT_FALSE(Matches("a*a", "a"));
  EXPECT_TRUE(Matches("*b*b*", "abab"));
  EXPECT_FALSE(Matches("*b*b*", "aba"));
  EXPECT_TRUE(Matches("a**c", "abc"));
}

TEST(Pattern, AQuestionMarkTakesOneCharacter) {
  EXPECT_TRUE(Matches("a?c", "abc"));
  EXPECT_FALSE(Matches("a?c", "ac"));
  EXPECT_TRUE(Matches("?", "ä"));
  EXPECT_TRUE(Matches("??", "ä€"));
  EXPECT_FALSE(Matches("??", "€"));
  EXPECT_TRUE(Matches("*?*?*", "ab"));
  EXPECT_FALSE(Matches("*?*?*", "a"));
  EXPECT_TRUE(Matches("*a?c*", "xxabxabc"));
  EXPECT_TRUE(Matches("*?", "€"));
}

TEST(Pattern, WithoutWildcardsItIsTheText) {
  EXPECT_TRUE(Matches("", ""));
  EXPECT_FALSE(Matches("", "a"));
  EXPECT_TRUE(Matches("$aws/x", "$aws/x"));
  EXPECT_FALSE(Matches("a", "ab"));
}

TEST(Pattern, AVariableIsItsValueLetterByLetter) {
  Connection connection;
  connection.client_id = "c*?";
  EXPECT_TRUE(Matches("x/${iot:ClientId}/y", "x/c*?/y", connection));
  EXPECT_FALSE(Matches("x/${iot:ClientId}/y", "x/cab/y", connection));
  EXPECT_TRUE(Matches("*/${iot:ClientId}/*", "x/c*?/y", connection));
  EXPECT_TRUE(Matches("*${iot:ClientId}", "xc*?", connection));
  EXPECT_FALSE(Matches("*${iot:Connection.Thing.ThingName}*", "", connection));
  EXPECT_FALSE(Matches("*a${iot:Connection.Thing.ThingName}*", "a", connection));
}

TEST(Pattern, SyntaxSaysWhatIsSpecial) {
  const auto plain = Pattern::Compile("a*?", Syntax::kPlain);
  ASSERT_TRUE(plain.ok());
  EXPECT_TRUE(plain->Matches("a*?", Connection()));
  EXPECT_FALSE(plain->Matches("abc", Connection()));
  EXPECT_FALSE(Pattern::Compile("${iot:ClientId}", Syntax::kPlain).ok());
  EXPECT_FALSE(Pattern::Compile("${iot:ClientId}", Syntax::kWildcardsOnly).ok());
}

TEST(Pattern, RefusesVariablesThatCanReplaceNothing) {
  for (const auto* const text :
       {"${", "${iot:ClientId", "${}", "${nothing}", "${iot:ConnectAttributes}",
        "${iot:LastWillTopic}", "${aws:CurrentTime}", "${iot:Certificate.Subject.Country.List}",
        "${iot:ClientId, 'x'}"}) {
    EXPECT_FALSE(Pattern::Compile(text, Syntax::kWildcardsAndVariables).ok()) << text;
  }
}

TEST(Pattern, IgnoresCaseWhereAsked) {
  const auto pattern = Pattern::Compile("KITchen${iot:ClientId}", Syntax::kVariablesOnly);
  ASSERT_TRUE(pattern.ok());
  Connection connection;
  EXPECT_FALSE(pattern->MatchesIgnoringCase("kitchen", connection));
  connection.client_id = "A";
  EXPECT_TRUE(pattern->MatchesIgnoringCase("kitchena", connection));
  EXPECT_FALSE(pattern->MatchesIgnoringCase("kitchenab", connection));
}

// The textbook definition, slow and plainly right.
bool Slow(absl::string_view pattern, absl::string_view subject) {
  std::vector<bool> fits(subject.size() + 1);
  fits[0] = true;
  for (const char c : pattern) {
    std::vector<bool> next(subject.size() + 1);
    if (c == '*') next[0] = fits[0];
    for (size_t i = 0; i < subject.size(); ++i) {
      next[i + 1] = c == '*' ? next[i] || fits[i + 1] : fits[i] && (c == '?' || c == subject[i]);
    }
    fits = next;
  }
  return fits.back();
}

TEST(Pattern, AgreesWithTheTextbook) {
  constexpr unsigned kSeed = 20261122;
  std::mt19937 random(kSeed);
  const auto text = [&](absl::string_view letters, size_t longest) {
    std::string out(random() % (longest + 1), ' ');
    for (char& c : out) c = letters[random() % letters.size()];
    return out;
  };
  int matched = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string pattern = text("ab*?", 9);
    const std::string subject = text("ab", 10);
    const bool expected = Slow(pattern, subject);
    matched += expected ? 1 : 0;
    ASSERT_EQ(Matches(pattern, subject), expected) << pattern << " on " << subject;
  }
  EXPECT_GT(matched, 500);
}

// Patterns that make a matcher that backtracks run for ages. A linear one does them all in a
// fraction of the test's time limit; the subject is as long as MQTT lets a topic be.
TEST(Pattern, CatastrophicOnesTakeLinearTime) {
  const std::string subject(65535, 'a');
  std::string stars;
  for (int i = 0; i < 400; ++i) stars += "*a";
  EXPECT_FALSE(Matches(stars + "*b", subject));
  EXPECT_TRUE(Matches(stars + "*", subject));
  std::string marks;
  for (int i = 0; i < 400; ++i) marks += "*?";
  EXPECT_TRUE(Matches(marks, subject));
  EXPECT_FALSE(Matches(marks + "b", subject));
  Connection connection;
  const std::string id = std::string(1000, 'a') + "b";
  connection.client_id = id;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(Matches("*${iot:ClientId}*", subject, connection));
    ASSERT_FALSE(Matches("*a${iot:ClientId}*", subject, connection));
  }
}

}  // namespace
}  // namespace policy
