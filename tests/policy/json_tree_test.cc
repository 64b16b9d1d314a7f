#include "policy/json_tree.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

std::string RefusalOfTree(absl::string_view text) {
  return std::string(ParseJsonTree(text).status().message());
}

TEST(JsonTree, IsPrintedAsItWasRead) {
  constexpr absl::string_view kText =
      R"({"b":[1,-2.50e3,true,null,"\"x\"",{}],"a":{"c":[]},"":"\u0001"})";
  const auto tree = ParseJsonTree(kText);
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(JsonOf(*tree), kText);
}

TEST(JsonTree, RemembersWhereEverythingStood) {
  const auto tree = ParseJsonTree("{\n  \"a\" : [1,\n   true, null],\n\t\"b\": {\"c\":\"x\"} }\n");
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(PlaceText(tree->place), "1:1");
  EXPECT_EQ(PlaceText(tree->names[0].place), "2:3");
  const Node& list = *tree->Find("a");
  EXPECT_EQ(PlaceText(list.place), "2:9");
  EXPECT_EQ(PlaceText(list.elements[0].place), "2:10");
  EXPECT_EQ(PlaceText(list.elements[1].place), "3:4");
  EXPECT_EQ(PlaceText(list.elements[2].place), "3:10");
  EXPECT_EQ(PlaceText(tree->names[1].place), "4:2");
  const Node& inner = *tree->Find("b");
  EXPECT_EQ(PlaceText(inner.place), "4:7");
  EXPECT_EQ(PlaceText(inner.names[0].place), "4:8");
  EXPECT_EQ(PlaceText(inner.elements[0].place), "4:12");
}

TEST(JsonTree, KeepsTextsAsTheyAreMeant) {
  const auto tree = ParseJsonTree(R"(["a\"\u00e4", 1.50, -0, false])");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(tree->elements[0].text, "a\"ä");
  EXPECT_EQ(tree->elements[1].text, "1.50");
  EXPECT_EQ(tree->elements[2].text, "-0");
  EXPECT_EQ(tree->elements[3].text, "false");
}

TEST(JsonTree, NamesThePlaceOfAMistake) {
  EXPECT_EQ(RefusalOfTree("{\n \"a\": 1,\n \"b\" 2}").substr(0, 14), "3:6: not JSON:");
  EXPECT_EQ(RefusalOfTree("{\"a\": 1,\n \"a\": 2}"), "2:2: the name \"a\" is given twice");
  EXPECT_EQ(RefusalOfTree("").substr(0, 4), "1:1:");
}

TEST(JsonTree, TakesOneValueAndNoMore) {
  EXPECT_FALSE(ParseJsonTree("{} {}").ok());
  EXPECT_FALSE(ParseJsonTree(absl::string_view("{}\0", 3)).ok());
  EXPECT_FALSE(ParseJsonTree(absl::string_view("{}\0{}", 5)).ok());
  EXPECT_TRUE(ParseJsonTree("{}\n\n").ok());
}

TEST(JsonTree, RefusesBytesThatAreNotUtf8) {
  EXPECT_FALSE(ParseJsonTree("[\"\xff\"]").ok());
  EXPECT_FALSE(ParseJsonTree("[\"\xc3\"]").ok());
}

TEST(JsonTree, HasBounds) {
  const std::string deep = std::string(kNestingMax, '[') + std::string(kNestingMax, ']');
  EXPECT_TRUE(ParseJsonTree(deep).ok());
  EXPECT_EQ(RefusalOfTree("[" + deep + "]"), "1:17: nested deeper than 16 levels");
  EXPECT_TRUE(ParseJsonTree("\"" + std::string(kFileBytesMax - 2, 'x') + "\"").ok());
  EXPECT_FALSE(ParseJsonTree("\"" + std::string(kFileBytesMax - 1, 'x') + "\"").ok());
}

}  // namespace
}  // namespace policy
