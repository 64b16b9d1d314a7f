#include "shadow/delta.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/shadow/text.h"

namespace shadow {
namespace {

// Every case holds Differs to Delta, too.
std::string DeltaOf(absl::string_view desired, absl::string_view reported) {
  Arena arena;
  const std::string delta = Text(Delta(Tree(desired, arena), Tree(reported, arena), arena));
  EXPECT_EQ(Differs(Tree(desired, arena), Tree(reported, arena)), delta != "{}");
  return delta;
}

TEST(Delta, IsDesiredWhereNothingIsReported) {  // E4
  EXPECT_EQ(DeltaOf(R"({"a":1,"b":{"c":2}})", "{}"), R"({"a":1,"b":{"c":2}})");
}

TEST(Delta, LeavesOutWhatIsOnlyReported) {  // E5
  EXPECT_EQ(DeltaOf("{}", R"({"a":1})"), "{}");
  EXPECT_EQ(DeltaOf(R"({"a":1})", R"({"b":2,"a":1})"), "{}");
}

TEST(Delta, CarriesThePathOfANestedDifferenceOnly) {  // E6
  EXPECT_EQ(DeltaOf(R"({"x":{"r":1,"g":2},"y":{"z":0}})", R"({"x":{"r":1,"g":3},"y":{"z":0}})"),
            R"({"x":{"g":2}})");
}

TEST(Delta, TakesArraysWhole) {  // E7
  EXPECT_EQ(DeltaOf(R"({"l":[1,2]})", R"({"l":[1,3]})"), R"({"l":[1,2]})");
  EXPECT_EQ(DeltaOf(R"({"l":[{"x":1,"y":2}]})", R"({"l":[{"y":2.0,"x":1}]})"), "{}");
}

TEST(Delta, TakesDesiredWhereTypesDiffer) {  // E8
  EXPECT_EQ(DeltaOf(R"({"a":1,"b":true,"c":{"d":1}})", R"({"a":"1","b":1,"c":[1]})"),
            R"({"a":1,"b":true,"c":{"d":1}})");
}

TEST(Delta, ComparesNumbersByValue) {  // E9
  EXPECT_EQ(DeltaOf(R"({"n":1,"m":[1.0]})", R"({"n":1.0,"m":[1]})"), "{}");
}

TEST(Delta, HoldsAnEmptyObjectOnlyWhereReportedHasNoObject) {  // E10
  EXPECT_EQ(DeltaOf(R"({"a":{}})", "{}"), R"({"a":{}})");
  EXPECT_EQ(DeltaOf(R"({"a":{}})", R"({"a":1})"), R"({"a":{}})");
  EXPECT_EQ(DeltaOf(R"({"a":{}})", R"({"a":{"b":1}})"), "{}");
}

TEST(Delta, KeepsDesiredsOrder) {
  EXPECT_EQ(DeltaOf(R"({"c":1,"a":2,"b":3})", R"({"a":2})"), R"({"c":1,"b":3})");
}

TEST(Delta, FindsMembersOfLargeObjectsInAnyOrder) {
  std::string reported = "{";
  std::string desired = "}";
  for (int i = 0; i < 50; ++i) {
    const std::string member = absl::StrCat("\"k", i, "\":", i);
    absl::StrAppend(&reported, i > 0 ? "," : "", member);
    desired = absl::StrCat(i < 49 ? "," : "{", member, desired);
  }
  reported += "}";
  EXPECT_EQ(DeltaOf(desired, reported), "{}");
  EXPECT_EQ(DeltaOf(absl::StrReplaceAll(desired, {{"k7\":7", "k7\":8"}}), reported), R"({"k7":8})");
}

}  // namespace
}  // namespace shadow
