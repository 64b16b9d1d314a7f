// Holds our reader of JSON to RapidJSON's reading of thousands of texts, most of them damaged.
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/shadow/rapidjson_reading.h"

namespace shadow {
namespace {

// Parts of JSON that are joined at random; many are wrong, and most sequences are.
constexpr absl::string_view kParts[] = {"{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "\"a\"",
                                        "\"b\"",
                                        "\"\"",
                                        "1",
                                        "-0",
                                        "0.5",
                                        "1e5",
                                        "01",
                                        "-",
                                        "1.",
                                        "2E-3",
                                        "true",
                                        "false",
                                        "null",
                                        "nul",
                                        " ",
                                        "\n",
                                        "\"\\u0041\"",
                                        "\"\\\"",
                                        "\\",
                                        "\"x\\ny\"",
                                        "\"\t\"",
                                        "\"\\u12",
                                        "{\"a\":",
                                        "[1,2]",
                                        "\"\\ud83d\\ude00\"",
                                        "[]",
                                        "{}",
                                        "\"long plain text\"",
                                        "123456789012345678901",
                                        "1.7e308",
                                        "\"\\/\"",
                                        "\"\\udc00\""};

class Reading : public testing::Test {
 protected:
  size_t Below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }

  // What is random is drawn in an order that is the same with every compiler.
  std::string Value(int depth) {
    switch (Below(depth > 0 ? 8 : 5)) {
      case 0:
        return absl::StrCat(static_cast<int>(Below(2000)) - 1000);
      case 1: {
        const size_t whole = Below(100);
        const size_t fraction = Below(1000);
        return absl::StrCat(whole, ".", fraction, "e-", Below(20));
      }
      case 2:
        return "\"text \\u00e9 \\n\"";
      case 3:
        return Below(2) == 0 ? "true" : "null";
      case 4:
        return absl::StrCat("\"", std::string(Below(20), 'x'), "\"");
      case 5: {
        const std::string first = Value(depth - 1);
        return absl::StrCat("[", first, " , ", Value(depth - 1), "]");
      }
      default: {
        const std::string first = Member(":", depth - 1);
        return absl::StrCat("{", first, ",\n", Member(" : ", depth - 1), "}");
      }
    }
  }

  std::string Member(absl::string_view colon, int depth) {
    const size_t key = Below(4);
    return absl::StrCat("\"k", key, "\"", colon, Value(depth));
  }

  std::mt19937 random_{20260101};
};

TEST_F(Reading, OfJsonIsRapidJsons) {
  for (int i = 0; i < 3000; ++i) {
    const std::string text = Value(5);
    ASSERT_TRUE(ReadByRapidJson(text).has_value()) << text;
    ASSERT_TRUE(ReadsAsRapidJson(text)) << text;
  }
}

TEST_F(Reading, OfDamagedJsonIsRapidJsons) {
  constexpr absl::string_view kBytes = "{}[]\",:\\u0e1. -\tnft";
  for (int i = 0; i < 20000; ++i) {
    std::string text = Value(4);
    for (size_t k = 0; k <= Below(3); ++k) text[Below(text.size())] = kBytes[Below(kBytes.size())];
    ASSERT_TRUE(ReadsAsRapidJson(text)) << text;
  }
}

// Found by an arm64 build, whose compiler drew other texts.
TEST_F(Reading, OfAZeroWithALargeExponentIsNotRapidJsons) {
  for (const absl::string_view text : {"0e776e-2", "[0e400]", "-0.000E+999,"}) {
    EXPECT_TRUE(ReadsAsRapidJson(text)) << text;
  }
  EXPECT_FALSE(ReadByRapidJson("0e776").has_value());
}

TEST_F(Reading, OfPartsInAnyOrderIsRapidJsons) {
  for (int i = 0; i < 50000; ++i) {
    std::string text;
    for (size_t k = 0; k <= Below(8); ++k) absl::StrAppend(&text, kParts[Below(std::size(kParts))]);
    ASSERT_TRUE(ReadsAsRapidJson(text)) << text;
  }
}

}  // namespace
}  // namespace shadow
