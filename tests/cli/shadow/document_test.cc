#include "cli/shadow/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace cli {
namespace {

using testing::HasSubstr;

class ShadowDocumentOf : public testing::Test {
 protected:
  ShadowDocument Parse(absl::string_view text) {
    const auto document = ParseShadowDocument(text, arena_);
    EXPECT_TRUE(document.ok()) << document.status();
    return document.value_or(ShadowDocument());
  }
  shadow::Value Json(absl::string_view text) { return *shadow::ParseJson(text, 0, arena_); }

  shadow::Arena arena_;
};

TEST_F(ShadowDocumentOf, IsShownAsATableThatMarksWhatDiffers) {
  const auto document = Parse(
      R"({"state":{"desired":{"power":"on","light":{"level":70}},)"
      R"("reported":{"power":"on","light":{"level":20},"e":[1]}},"version":5,"timestamp":9})");
  EXPECT_EQ(document.version, 5);
  EXPECT_EQ(TableText(document, false),
            "  NAME         DESIRED  REPORTED\n"
            "  power        \"on\"     \"on\"\n"
            "! light.level  70       20\n"
            "  e                     [1]\n");
  EXPECT_THAT(TableText(document, true), HasSubstr("\x1b[33m! light.level"));
}

TEST_F(ShadowDocumentOf, ATerminalDoesNotActOnWhatADeviceWrote) {
  const auto document = Parse("{\"state\":{\"reported\":{\"\\u001b[2J\":\"\\u001b[31m\"}}}");
  EXPECT_EQ(TableText(document, false).find('\x1b'), std::string::npos);
}

TEST_F(ShadowDocumentOf, ChangesAreToldLeafByLeaf) {
  const auto before = Parse(R"({"state":{"desired":{"a":1,"b":{"c":2}},"reported":{"d":3}}})");
  const auto after = Parse(R"({"state":{"desired":{"a":1,"b":{"c":4}},"reported":{"e":5}}})");
  EXPECT_EQ(ChangesText(before, after, false),
            "  desired.b.c: 2 -> 4\n"
            "  reported.e: (none) -> 5\n"
            "  reported.d: 3 -> (none)\n");
}

TEST_F(ShadowDocumentOf, AMergePatchMakesTheOneOfTheOther) {
  EXPECT_EQ(MergePatch(Json(R"({"a":1,"b":{"c":2,"d":3},"e":4})"),
                       Json(R"({"a":1,"b":{"c":5},"f":[6]})")),
            R"({"b":{"c":5,"d":null},"f":[6],"e":null})");
  EXPECT_EQ(MergePatch(Json(R"({"a":{"b":1}})"), Json(R"({"a":{"b":1}})")), "{}");
}

TEST_F(ShadowDocumentOf, AnAssignmentIsJsonOrElseAText) {
  EXPECT_EQ(*AssignmentJson("a.b=1"), R"({"a":{"b":1}})");
  EXPECT_EQ(*AssignmentJson("a=on"), R"({"a":"on"})");
  EXPECT_EQ(*AssignmentJson("a=\"1\""), R"({"a":"1"})");
  for (const char* const text : {"12 monkeys", "1e5 abcd", "{} abc", "[1] and more", "1,2", "1.2.3",
                                 "true false", "null null"}) {
    EXPECT_EQ(*AssignmentJson(absl::StrCat("a=", text)), absl::StrCat(R"({"a":")", text, "\"}"));
  }
  EXPECT_EQ(*AssignmentJson("a=1.10"), R"({"a":1.1})");
  EXPECT_EQ(*AssignmentJson("a=1E5"), R"({"a":100000.0})");
  EXPECT_EQ(*AssignmentJson("a= -1 "), R"({"a":-1})");
  EXPECT_EQ(*AssignmentJson(R"(a="\u00e9")"), "{\"a\":\"\u00e9\"}");
  EXPECT_EQ(*AssignmentJson("a=null"), R"({"a":null})");
  EXPECT_EQ(*AssignmentJson("a=[1, 2]"), R"({"a":[1,2]})");
  EXPECT_EQ(*AssignmentJson("a="), R"({"a":""})");
  EXPECT_EQ(*AssignmentJson(R"(a\.b=x=y)"), R"({"a.b":"x=y"})");
  for (const char* const bad : {"", "a", "=1", "a..b=1", ".a=1"}) {
    EXPECT_THAT(AssignmentJson(bad).status().message(), HasSubstr("is not NAME=VALUE")) << bad;
  }
}

TEST_F(ShadowDocumentOf, AssignmentsAreLaidOverEachOther) {
  std::string text;
  shadow::PrintJson(
      Overlaid(Json(R"({"a":{"b":1},"c":2})"), Json(R"({"a":{"d":null},"c":3})"), arena_), text);
  EXPECT_EQ(text, R"({"a":{"b":1,"d":null},"c":3})");
}

TEST_F(ShadowDocumentOf, WhatIsNoDocumentIsNamed) {
  EXPECT_THAT(ParseShadowDocument("[]", arena_).status().message(), HasSubstr("not a JSON object"));
  EXPECT_THAT(ParseShadowDocument(R"({"state":{}} })", arena_).status().message(),
              HasSubstr("not a JSON object"));
  EXPECT_THAT(ParseShadowDocument("\xff", arena_).status().message(), HasSubstr("not a JSON"));
  EXPECT_THAT(ParseShadowDocument("{}", arena_).status().message(), HasSubstr("no \"state\""));
  EXPECT_THAT(ParseShadowDocument(R"({"state":{"desired":1}})", arena_).status().message(),
              HasSubstr("\"desired\" of the state is not an object"));
}

TEST_F(ShadowDocumentOf, IsIndentedForEditors) {
  EXPECT_EQ(PrettyJson(Json(R"({"a":[1,{}],"b":{"c":null}})")),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": null\n  }\n}");
}

}  // namespace
}  // namespace cli
