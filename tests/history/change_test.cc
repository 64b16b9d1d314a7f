#include "history/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "history/restore.h"
#include "shadow/merge.h"
#include "tests/shadow/text.h"

namespace history {
namespace {

using shadow::Arena;
using shadow::Document;
using shadow::Text;
using shadow::Tree;
using shadow::Value;
using testing::ElementsAre;

std::string Side(const Value* value) { return value == nullptr ? "-" : Text(*value); }

std::vector<std::string> Listed(const Document& before, const Document& after, Listing listing) {
  std::vector<std::string> lines;
  for (const LeafChange& change : ListChanges(before, after, listing)) {
    std::string path = absl::StrJoin(change.path, ".");
    path.erase(std::remove(path.begin(), path.end(), '"'), path.end());
    lines.push_back(absl::StrCat(path, " ", Side(change.before), " ", Side(change.after)));
  }
  return lines;
}

class Changes : public testing::Test {
 protected:
  // What an update at 20 changes in a document of 10.
  std::vector<std::string> Of(absl::string_view desired, absl::string_view update,
                              Listing listing = Listing::kValues) {
    const Document before = {.desired = Tree(desired, arena_, 10)};
    Document after = before;
    after.desired = shadow::Merge(before.desired, Tree(update, arena_, 20), arena_);
    return Listed(before, after, listing);
  }

  Arena arena_;
};

TEST_F(Changes, AreListedLeafByLeaf) {
  EXPECT_THAT(Of(R"({"a":1,"b":{"c":2,"d":3}})", R"({"b":{"d":4,"e":5},"a":null})"),
              ElementsAre("desired.b.d 3 4", "desired.b.e - 5", "desired.a 1 -"));
}

TEST_F(Changes, OfObjectsThatComeAreThoseOfTheirLeaves) {
  EXPECT_THAT(Of(R"({"a":1})", R"({"d":{"e":{"f":[1]},"g":{}}})"),
              ElementsAre("desired.d.e.f - [1]", "desired.d.g - {}"));
}

TEST_F(Changes, OfAnObjectThatIsGoneDifferFromThoseOfOneThatIsEmptied) {
  const char* const section = R"({"a":{"b":1,"c":{}}})";
  EXPECT_THAT(Of(section, R"({"a":null})"), ElementsAre(R"(desired.a {"b":1,"c":{}} -)"));
  EXPECT_THAT(Of(section, R"({"a":{"b":null,"c":null}})"),
              ElementsAre("desired.a.b 1 -", "desired.a.c {} -"));
  EXPECT_THAT(Of(section, R"({"a":null})", Listing::kWrites),
              ElementsAre("desired.a.b 1 -", "desired.a.c {} -"));
}

TEST_F(Changes, OfTypeShowBothSidesWhole) {
  EXPECT_THAT(Of(R"({"a":{"b":1},"c":2})", R"({"a":3,"c":{"d":4}})"),
              ElementsAre(R"(desired.a {"b":1} 3)", R"(desired.c 2 {"d":4})"));
}

TEST_F(Changes, OfArraysShowThemWhole) {
  EXPECT_THAT(Of(R"({"a":[1,{"b":2}]})", R"({"a":[1,{"b":3}]})"),
              ElementsAre(R"(desired.a [1,{"b":2}] [1,{"b":3}])"));
}

TEST_F(Changes, LeaveOutWhatIsWrittenAgainUnlessAsked) {
  const char* const section = R"({"a":1,"b":[1,2],"c":3})";
  const char* const update = R"({"a":1,"b":[1,2]})";
  EXPECT_THAT(Of(section, update), ElementsAre());
  EXPECT_THAT(Of(section, update, Listing::kWrites),
              ElementsAre("desired.a 1 1", "desired.b [1,2] [1,2]"));
}

TEST_F(Changes, OfTypeAreThoseOfTheLeavesWhereWritesAreAskedFor) {
  EXPECT_THAT(Of(R"({"a":{"b":1},"c":2})", R"({"a":3,"c":{"d":4}})", Listing::kWrites),
              ElementsAre("desired.a - 3", "desired.a.b 1 -", "desired.c.d - 4", "desired.c 2 -"));
}

TEST_F(Changes, ToAnEmptyObjectAreThoseOfALeafWhereWritesAreAskedFor) {
  EXPECT_THAT(Of(R"({"a":{"b":1}})", R"({"a":{"b":null}})", Listing::kWrites),
              ElementsAre("desired.a - {}", "desired.a.b 1 -"));
  EXPECT_THAT(Of(R"({"a":{}})", R"({"a":{"b":1}})", Listing::kWrites),
              ElementsAre("desired.a {} -", "desired.a.b - 1"));
  EXPECT_THAT(Of(R"({"a":{}})", R"({"a":{"b":1}})"), ElementsAre("desired.a.b - 1"));
  EXPECT_THAT(Of("{}", R"({"a":1})", Listing::kWrites), ElementsAre("desired.a - 1"));
}

TEST_F(Changes, AreOfBothSections) {
  const Document before = {.desired = Tree(R"({"a":1})", arena_)};
  const Document after = {.reported = Tree(R"({"a":1})", arena_)};
  EXPECT_THAT(Listed(before, after, Listing::kValues),
              ElementsAre("desired.a 1 -", "reported.a - 1"));
}

TEST(Touches, HoldsWithinAndAround) {
  const Path fw = {"\"desired\"", "\"fw\""};
  const Path inner = {"\"desired\"", "\"fw\"", "\"version\""};
  const Path other = {"\"desired\"", "\"f\""};
  EXPECT_TRUE(Touches(fw, fw));
  EXPECT_TRUE(Touches(inner, fw));
  EXPECT_TRUE(Touches(fw, inner));
  EXPECT_TRUE(Touches(fw, Path{"\"desired\""}));
  EXPECT_FALSE(Touches(fw, other));
  EXPECT_FALSE(Touches(other, fw));
}

std::string Update(absl::string_view from, absl::string_view to) {
  Arena arena;
  const Value update = UpdateTo(Tree(from, arena), Tree(to, arena), arena);
  const Value after = shadow::Merge(Tree(from, arena), update, arena);
  const Document a = {.desired = after};
  const Document b = {.desired = Tree(to, arena)};
  EXPECT_THAT(Listed(a, b, Listing::kValues), ElementsAre());
  return Text(update);
}

TEST(UpdateTo, IsNothingWhereNothingDiffers) {
  EXPECT_EQ(Update(R"({"a":1,"b":{"c":[2]}})", R"({"b":{"c":[2]},"a":1})"), "{}");
}

TEST(UpdateTo, PutsBackWhatDiffersAndRemovesWhatWasNotThere) {
  EXPECT_EQ(Update(R"({"a":1,"b":{"c":2,"d":3},"e":4})", R"({"a":2,"b":{"c":2,"f":5}})"),
            R"({"a":2,"b":{"f":5,"d":null},"e":null})");
}

TEST(UpdateTo, MakesEmptyObjectsAgain) {
  EXPECT_EQ(Update(R"({"a":{"b":1},"c":1})", R"({"a":{},"c":{},"d":{"e":{}}})"),
            R"({"a":{"b":null},"c":{},"d":{"e":{}}})");
}

TEST(UpdateTo, ChangesTypes) {
  EXPECT_EQ(Update(R"({"a":{"b":1},"c":[1],"d":1})", R"({"a":[{"b":1}],"c":"x","d":1.0})"),
            R"({"a":[{"b":1}],"c":"x","d":1.0})");
}

TEST(UpdateTo, EmptiesASection) { EXPECT_EQ(Update(R"({"a":{"b":1}})", "{}"), R"({"a":null})"); }

}  // namespace
}  // namespace history
