#include "service/live/roster_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace service {
namespace {

using testing::HasSubstr;

RosterRow Named(absl::string_view name) { return {.name = std::string(name), .shadows = 1}; }

bool Matches(absl::string_view words, const RosterRow& row) {
  const auto query = RosterQuery::Parse(words, "");
  EXPECT_TRUE(query.ok()) << query.status();
  return query.ok() && query->Matches(row);
}

TEST(RosterQuery, NothingMatchesAllThatIsThere) {
  EXPECT_TRUE(Matches("", Named("lamp")));
  EXPECT_TRUE(Matches("   ", Named("lamp")));
  EXPECT_FALSE(Matches("", {.name = "gone"}));
}

TEST(RosterQuery, AWordIsPartOfTheNameWhateverItsCase) {
  EXPECT_TRUE(Matches("amp", Named("Lamp-7")));
  EXPECT_TRUE(Matches("AMP-", Named("Lamp-7")));
  EXPECT_FALSE(Matches("lamps", Named("Lamp-7")));
  EXPECT_TRUE(Matches("urn:7", Named("a:urn:7")));
}

TEST(RosterQuery, WildcardsAreOfTheWholeName) {
  EXPECT_TRUE(Matches("lamp*", Named("Lamp-7")));
  EXPECT_FALSE(Matches("lamp*", Named("a-lamp")));
  EXPECT_TRUE(Matches("*7", Named("lamp-7")));
  EXPECT_TRUE(Matches("l?mp-?", Named("lamp-7")));
  EXPECT_FALSE(Matches("l?mp", Named("lamp-7")));
  EXPECT_TRUE(Matches("*a*a*", Named("banana")));
  EXPECT_FALSE(Matches("*a*a*a*a", Named("banana")));
  EXPECT_TRUE(Matches("***", Named("x")));
}

TEST(RosterQuery, AFieldNamesTheThingOrSaysHowItStands) {
  RosterRow row = Named("lamp");
  EXPECT_TRUE(Matches("thingName:lamp", row));
  EXPECT_FALSE(Matches("thingName:lam", row));
  EXPECT_TRUE(Matches("thingName:lam*", row));
  EXPECT_TRUE(Matches("connected:false", row));
  EXPECT_FALSE(Matches("connectivity.connected:true", row));
  row.clients = 1;
  EXPECT_TRUE(Matches("connectivity.connected:true", row));
  EXPECT_TRUE(Matches("hasDelta:false shadow.hasDelta:false", row));
  row.differing = 1;
  EXPECT_TRUE(Matches("hasDelta:true lamp connected:true", row));
  EXPECT_FALSE(Matches("hasDelta:true torch", row));
}

TEST(RosterQuery, WhatIsNeitherIsRefusedWithAReason) {
  const auto why = [](absl::string_view words, absl::string_view sort = "") {
    return std::string(RosterQuery::Parse(words, sort).status().message());
  };
  EXPECT_THAT(why("connected:yes"), HasSubstr("true or false"));
  EXPECT_THAT(why("hasDelta:"), HasSubstr("true or false"));
  EXPECT_THAT(why("thingName:"), HasSubstr("no name"));
  EXPECT_THAT(why("attributes.colour:red"), HasSubstr("no known field"));
  EXPECT_THAT(why("", "colour"), HasSubstr("colour"));
  EXPECT_THAT(why("", "-"), HasSubstr("-"));
  EXPECT_THAT(why("", "--name"), HasSubstr("--name"));
  EXPECT_THAT(why(std::string(1025, 'a')), HasSubstr("1024"));
  EXPECT_THAT(why("a b c d e f g h i j k l m n o p q"), HasSubstr("16"));
}

TEST(RosterQuery, OrderIsThatOfTheSortAndThenOfNames) {
  RosterRow a = Named("a");
  RosterRow b = Named("b");
  a.updated = b.updated = 5;
  for (const char* const sort : {"name", "updated", "-updated", "lastSeen", "-differing"}) {
    const auto query = RosterQuery::Parse("", sort);
    EXPECT_TRUE(query->IsBefore(a, b)) << sort;
    EXPECT_FALSE(query->IsBefore(b, a)) << sort;
    EXPECT_FALSE(query->IsBefore(a, a)) << sort;
  }
  EXPECT_TRUE(RosterQuery::Parse("", "-name")->IsBefore(b, a));
  b.updated = 6;
  EXPECT_TRUE(RosterQuery::Parse("", "-updated")->IsBefore(b, a));
  EXPECT_TRUE(RosterQuery::Parse("", "updated")->IsBefore(a, b));
}

TEST(RosterQuery, APlaceIsWhereAPageEnded) {
  RosterRow row = Named("la,mp");
  row.updated = 1764000000;
  for (const char* const sort : {"name", "-name", "updated", "-updated", "lastSeen", "differing"}) {
    const auto query = RosterQuery::Parse("", sort);
    const auto place = query->ReadPlace(query->PlaceOf(row));
    ASSERT_TRUE(place.ok());
    EXPECT_FALSE(query->IsBefore(*place, row) || query->IsBefore(row, *place)) << sort;
  }
  const auto query = RosterQuery::Parse("", "updated");
  for (const char* const wrong : {"lamp", ",lamp", "7,", "-1,lamp", "99999999999,lamp"}) {
    EXPECT_FALSE(query->ReadPlace(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace service
