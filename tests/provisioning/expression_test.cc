#include "provisioning/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace provisioning {
namespace {

using testing::HasSubstr;

const Texts& Parameters() {
  static const auto* const kParameters =
      new Texts{{"Serial", "s1"}, {"Room", "hall"}, {"Index", "1"}, {"List", "a,b,c"}};
  return *kParameters;
}

policy::Node Json(absl::string_view text) {
  auto node = policy::ParseJsonTree(text);
  EXPECT_TRUE(node.ok()) << text << node.status();
  return node.ok() ? *std::move(node) : policy::Node();
}

// What it says, or "fault: " and why it is none.
std::string Say(absl::string_view text, const Texts& parameters = Parameters()) {
  static const auto* const kMappings =
      new policy::Node(Json(R"({"Rooms": {"hall": {"floor": "0"}, "attic": {"floor": "3"}}})"));
  const policy::Node node = Json(text);
  const auto has = [](absl::string_view name) {
    return Parameters().contains(std::string(name)) || name == "Missing";
  };
  if (const auto s = CheckExpression(node, {.has_parameter = has, .mappings = kMappings});
      !s.ok()) {
    return absl::StrCat("fault: ", s.message());
  }
  const auto said = Evaluate(node, parameters, kMappings);
  return said.ok() ? *said : absl::StrCat("not now: ", said.status().message());
}

TEST(Expression, SaysATextOrWhatAFunctionMakes) {
  constexpr std::pair<absl::string_view, absl::string_view> kCases[] = {
      {R"("plain ${Serial}")", "plain ${Serial}"},
      {R"({"Ref": "Serial"})", "s1"},
      {R"({"Fn::Join": ["-", ["lamp", {"Ref": "Serial"}, "x"]]})", "lamp-s1-x"},
      {R"({"Fn::Join": ["", []]})", ""},
      {R"({"Fn::Join": ["+", {"Fn::Split": [",", {"Ref": "List"}]}]})", "a+b+c"},
      {R"({"Fn::Select": [0, ["a", "b"]]})", "a"},
      {R"({"Fn::Select": ["1", ["a", "b"]]})", "b"},
      {R"({"Fn::Select": [{"Ref": "Index"}, {"Fn::Split": [",", "x,y,z"]}]})", "y"},
      {R"({"Fn::FindInMap": ["Rooms", {"Ref": "Room"}, "floor"]})", "0"},
      {R"({"Fn::FindInMap": ["Rooms", "attic", "floor"]})", "3"},
      {R"({"Fn::Sub": "lamp-${Serial}-in-${Room}"})", "lamp-s1-in-hall"},
      {R"({"Fn::Sub": "${!Serial} ${Serial}"})", "${Serial} s1"},
      {R"({"Fn::Sub": "no $ and {} of it"})", "no $ and {} of it"},
      {R"({"Fn::Sub": ["${X}/${Serial}", {"X": {"Fn::Join": ["", ["a", "b"]]}}]})", "ab/s1"},
      {R"({"Fn::Sub": ["${Serial}", {"Serial": "its own"}]})", "its own"},
  };
  for (const auto& [text, said] : kCases) EXPECT_EQ(Say(text), said) << text;
}

TEST(Expression, WhatIsNoneIsAFaultWithItsPlace) {
  constexpr std::pair<absl::string_view, absl::string_view> kCases[] = {
      {"1", "1:1: a string or a function"},
      {"[]", "not a list"},
      {"{}", "not an object"},
      {R"({"Ref": "Serial", "x": 1})", "a string or a function"},
      {R"({"Ref": "Nobody"})", "1:9: there is no parameter \"Nobody\""},
      {R"({"Ref": ["Serial"]})", "Ref takes a parameter's name"},
      {R"({"Fn::Base64": "x"})", "Fn::Base64 is no function that is known here"},
      {R"({"Fn::Split": [",", "x"]})", "Fn::Split gives a list"},
      {R"({"Fn::Join": ["-"]})", "Fn::Join takes a list of 2"},
      {R"({"Fn::Join": "-"})", "Fn::Join takes a list of 2"},
      {R"({"Fn::Join": [1, []]})", "separates by is a string"},
      {R"({"Fn::Join": ["-", "x"]})", "a list or {\"Fn::Split\": …} is wanted"},
      {R"({"Fn::Join": ["-", [1]]})", "a string or a function"},
      {R"({"Fn::Join": ["-", {"Fn::Split": ["", "x"]}]})", "by an empty string"},
      {R"({"Fn::Select": [-1, ["a"]]})", "a number from 0 on"},
      {R"({"Fn::Select": ["a", ["a"]]})", "a number from 0 on"},
      {R"({"Fn::FindInMap": ["Floors", "a", "b"]})", "there is no mapping \"Floors\""},
      {R"({"Fn::FindInMap": ["Rooms", "hall"]})", "Fn::FindInMap takes a list of 3"},
      {R"({"Fn::Sub": "${Nobody}"})", "there is no parameter \"Nobody\""},
      {R"({"Fn::Sub": "${Serial"})", "has no \"}\""},
      {R"({"Fn::Sub": ["x"]})", "Fn::Sub takes a list of 2"},
      {R"({"Fn::Sub": ["x", []]})", "a list of one and an object"},
      {R"({"Fn::Sub": ["x", {"X": 1}]})", "a string or a function"},
  };
  for (const auto& [text, why] : kCases) {
    EXPECT_THAT(Say(text), testing::AllOf(HasSubstr("fault: "), HasSubstr(std::string(why))))
        << text;
  }
}

TEST(Expression, WhatCannotBeToldNowIsSaid) {
  constexpr std::pair<absl::string_view, absl::string_view> kCases[] = {
      {R"({"Ref": "Missing"})", "parameter Missing is missing"},
      {R"({"Fn::Sub": "${Missing}"})", "parameter Missing is missing"},
      {R"({"Fn::Select": [2, ["a", "b"]]})", "finds nothing at index 2 of 2"},
      {R"({"Fn::Select": [{"Ref": "Room"}, ["a", "b"]]})", "finds nothing at index hall"},
      {R"({"Fn::FindInMap": ["Rooms", {"Ref": "Serial"}, "floor"]})", "finds no \"s1\""},
      {R"({"Fn::FindInMap": ["Rooms", "hall", "colour"]})", "finds no \"colour\""},
  };
  for (const auto& [text, why] : kCases) {
    EXPECT_THAT(Say(text), testing::AllOf(HasSubstr("not now: "), HasSubstr(std::string(why))))
        << text;
  }
}

// A few kilobytes must not become gigabytes.
TEST(Expression, ATextDoesNotGrowWithoutBound) {
  const Texts large = {{"Serial", std::string(kTextBytesMax / 2, 's')}, {"Room", "r"}};
  const std::string too_long = "is longer than 65536 bytes";
  EXPECT_THAT(Say(R"({"Fn::Join": ["", [{"Ref": "Serial"}, {"Ref": "Serial"}, "x"]]})", large),
              HasSubstr(too_long));
  EXPECT_THAT(Say(R"({"Fn::Sub": "${Serial}${Serial}x"})", large), HasSubstr(too_long));
  EXPECT_THAT(Say(R"({"Fn::Select": [0, [{"Ref": "Serial"}, {"Ref": "Serial"}, "x"]]})", large),
              HasSubstr(too_long));
  EXPECT_EQ(Say(R"({"Fn::Join": ["", [{"Ref": "Serial"}, {"Ref": "Serial"}]]})", large).size(),
            kTextBytesMax);
  const Texts larger = {{"Serial", std::string(kTextBytesMax + 1, 's')}};
  EXPECT_THAT(Say(R"({"Ref": "Serial"})", larger), HasSubstr(too_long));
}

}  // namespace
}  // namespace provisioning
