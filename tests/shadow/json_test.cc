#include "shadow/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/shadow/text.h"

namespace shadow {
namespace {

class Json : public testing::Test {
 protected:
  // The canonical form of `text`, or "not JSON".
  std::string Canonical(absl::string_view text) {
    const auto value = ParseJson(text, 0, arena_);
    return value ? Text(*value) : "not JSON";
  }

  Arena arena_;
};

TEST_F(Json, WhitespaceGoesAndOrderStays) {
  EXPECT_EQ(Canonical(" { \"b\" : [ 1 , true ],\n\t\"a\" : null } "), R"({"b":[1,true],"a":null})");
}

TEST_F(Json, AWholeTextHasNothingBehindTheValue) {
  for (const absl::string_view text : {"1", " {} \n", "[1]\t", "\"a\""}) {
    EXPECT_TRUE(ParseWholeJson(text, 0, arena_)) << text;
  }
  for (const absl::string_view text :
       {"1 2", "{}{}", "[1]]", "1,", "{} x", "\xEF\xBB\xBF{}", "", "{"}) {
    EXPECT_FALSE(ParseWholeJson(text, 0, arena_)) << text;
  }
}

TEST_F(Json, IntegersKeepTheirExactValue) {
  for (const absl::string_view text : {"0", "-1", "9223372036854775807", "-9223372036854775808",
                                       "18446744073709551615", "123456789012345678901234567890"}) {
    EXPECT_EQ(Canonical(text), text);
  }
  EXPECT_EQ(Canonical("-0"), "0");
}

TEST_F(Json, DoublesTakeTheirShortestRoundTripForm) {
  const std::pair<absl::string_view, absl::string_view> cases[] = {
      {"1.0", "1.0"},
      {"1.10", "1.1"},
      {"0.1", "0.1"},
      {"-0.0", "-0.0"},
      {"21.5", "21.5"},
      {"1e3", "1000.0"},
      {"100000.0", "100000.0"},
      {"1e15", "1000000000000000.0"},
      {"1e16", "1e+16"},
      {"0.0001", "0.0001"},
      {"0.00001", "1e-05"},
      {"1.5E-7", "1.5e-07"},
      {"0.1000000000000000055511151231257827", "0.1"},
      {"3.141592653589793238", "3.141592653589793"},
      {"1e-400", "0.0"},
      {"0e400", "0.0"},
      {"123456.789", "123456.789"},
      {"5e-324", "5e-324"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"}};
  for (const auto& [text, canonical] : cases) EXPECT_EQ(Canonical(text), canonical) << text;
}

// Most are told by their looks; with an exponent, the same number is printed anew.
TEST_F(Json, DecimalsReadAsTheirDoubleIsPrinted) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same numbers every time
  const auto digits = [&random](size_t count) {
    std::string out;
    while (out.size() < count) out.push_back("0001234567899"[random() % 13]);
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    std::string whole = digits(1 + random() % 10);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    const std::string text =
        absl::StrCat(random() % 4 == 0 ? "-" : "", whole, ".", digits(1 + random() % 10));
    ASSERT_EQ(Canonical(text), Canonical(text + "e0"));
    arena_.Clear();
  }
}

TEST_F(Json, NumbersThatAreNoJsonOrNoDoubleAreRefused) {
  for (const absl::string_view number :
       {"01", "+1", ".5", "1.", "1e", "-", "NaN", "Infinity", "1e400", "-1e999", "0x10", "1_000"}) {
    EXPECT_EQ(Canonical(absl::StrCat("[", number, "]")), "not JSON") << number;
  }
}

TEST_F(Json, StringsKeepOnlyTheEscapesTheyNeed) {
  EXPECT_EQ(Canonical(R"("a\/b\u0041\u00e9\ud83d\ude00")"), "\"a/bA\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(Canonical(R"("\"\\\b\f\n\r\t\u0000\u001f")"), R"("\"\\\b\f\n\r\t\u0000\u001F")");
  for (const absl::string_view half : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")"}) {
    EXPECT_EQ(Canonical(half), "not JSON") << half;
  }
}

TEST_F(Json, TextThatIsNoJsonIsRefused) {
  for (const absl::string_view text :
       {"", " ", "{", "[", "{]", "{\"a\"}", "{\"a\":}", "{'a':1}", "{a:1}", "{\"a\":1,}", "[1,]",
        "nul", "\"open", "// comment\n1", "{\"a\":Auto}", "}", ",", "\"\t\""}) {
    EXPECT_EQ(Canonical(text), "not JSON") << text;
  }
}

TEST_F(Json, WhatFollowsTheFirstValueIsIgnored) {
  EXPECT_EQ(Canonical(R"({"a":1},"version":1})"), R"({"a":1})");
  EXPECT_EQ(Canonical("{} garbage"), "{}");
  EXPECT_EQ(Canonical(absl::string_view("{}\0", 3)), "{}");
}

TEST_F(Json, AByteOrderMarkIsSkipped) { EXPECT_EQ(Canonical("\xEF\xBB\xBF{}"), "{}"); }

TEST_F(Json, TheLastOfDuplicateKeysWinsInTheFirstOnesPlace) {
  EXPECT_EQ(Canonical(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
  std::string many = "{";
  for (int i = 0; i < 40; ++i) absl::StrAppend(&many, "\"k", i % 20, "\":", i, ",");
  many.back() = '}';
  const Value value = Tree(many, arena_);
  ASSERT_EQ(value.members().size(), 20u);
  EXPECT_EQ(value.members()[3].key, R"("k3")");
  EXPECT_EQ(value.members()[3].value.text(), "23");
}

TEST_F(Json, AMillionOpenBracketsAreRefusedWithoutRecursion) {
  EXPECT_EQ(Canonical(std::string(1'000'000, '[')), "not JSON");
  const std::string deep = std::string(500'000, '[') + std::string(500'000, ']');
  const Value value = Tree(deep, arena_);
  EXPECT_TRUE(DeeperThan(value, 100));
  EXPECT_FALSE(HasNullInArray(value));
}

TEST_F(Json, Utf8IsChecked) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain text, longer than eight bytes"));
  EXPECT_TRUE(IsUtf8("\xC3\xA9 and \xE2\x82\xAC and \xF0\x9F\x98\x80"));
  for (const absl::string_view bytes : {"\xFF", "12345678\xFE", "\xC3", "\xC0\x80", "\xED\xA0\x80",
                                        "\xF4\x90\x80\x80", "\x80", "\xE2\x82"}) {
    EXPECT_FALSE(IsUtf8(bytes)) << testing::PrintToString(bytes);
  }
}

TEST_F(Json, PrintedBytesAreWhatPrintingTakes) {
  for (const absl::string_view text :
       {"{}", "[]", "1", "\"a\"", R"({"a":1})", R"({"a":[1,2,{"b":null}],"c":{}})", "[[],[[]]]"}) {
    EXPECT_EQ(PrintedBytes(Tree(text, arena_)), text.size()) << text;
  }
}

TEST_F(Json, ValuesCompareAsADeviceSeesThem) {
  const std::tuple<absl::string_view, absl::string_view, bool> cases[] = {
      {"1", "1.0", true},
      {"1", "1e0", true},
      {"100", "1e2", true},
      {"1", "2", false},
      {"1", "\"1\"", false},
      {"true", "1", false},
      {"null", "0", false},
      {"\"a\"", "\"a\"", true},
      {"[1,2]", "[1.0,2]", true},
      {"[1,2]", "[2,1]", false},
      {"[1]", "[1,2]", false},
      {"{}", "[]", false},
      {R"({"a":1,"b":2})", R"({"b":2,"a":1.0})", true},
      {R"({"a":1})", R"({"a":1,"b":2})", false},
      {R"({"a":1})", R"({"b":1})", false},
      {"9007199254740993", "9007199254740992", false}};
  for (const auto& [a, b, same] : cases) {
    EXPECT_EQ(SameValue(Tree(a, arena_), Tree(b, arena_)), same) << a << " " << b;
    EXPECT_EQ(SameValue(Tree(b, arena_), Tree(a, arena_)), same) << b << " " << a;
  }
}

TEST_F(Json, NullsInArraysAreFoundAtAnyDepth) {
  for (const absl::string_view text :
       {"[null]", R"({"a":[1,[2,null]]})", R"({"a":[{"b":null}]})", R"([[{"c":[null]}]])"}) {
    EXPECT_TRUE(HasNullInArray(Tree(text, arena_))) << text;
  }
  for (const absl::string_view text :
       {"null", "[]", R"({"a":null,"b":[1]})", R"({"a":{"b":null}})"}) {
    EXPECT_FALSE(HasNullInArray(Tree(text, arena_))) << text;
  }
}

TEST_F(Json, DepthCountsNonEmptyContainers) {
  EXPECT_FALSE(DeeperThan(Tree("{}", arena_), 0));
  EXPECT_FALSE(DeeperThan(Tree(R"({"a":1})", arena_), 1));
  EXPECT_FALSE(DeeperThan(Tree(R"({"a":{},"b":[]})", arena_), 1));
  EXPECT_TRUE(DeeperThan(Tree(R"({"a":[1]})", arena_), 1));
  EXPECT_FALSE(DeeperThan(Tree(R"({"a":[{"b":1}]})", arena_), 3));
  EXPECT_TRUE(DeeperThan(Tree(R"({"a":[{"b":1}]})", arena_), 2));
}

TEST_F(Json, UnescapeUndoesCanonicalText) {
  EXPECT_EQ(Unescape(R"("a\"b\u0001\\")"), "a\"b\x01\\");
}

}  // namespace
}  // namespace shadow
