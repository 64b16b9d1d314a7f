#include "service/live/roster_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RosterQuery Query(absl::string_view words, absl::string_view sort = "") {
  return *RosterQuery::Parse(words, sort);
}

class RosterViewTest : public testing::Test {
 protected:
  RosterViewTest() {
    for (const char* const name : {"c", "a", "d", "b"}) Touch(name);
  }

  Roster::Place Touch(absl::string_view name) {
    return roster_.Change(name, [this](RosterRow& row) {
      row.shadows = 1;
      row.updated = ++time_;
    });
  }

  std::vector<std::string> Names(absl::Span<const Roster::Place> places) const {
    std::vector<std::string> names;
    for (const Roster::Place place : places) names.push_back(roster_.at(place).name);
    return names;
  }

  Roster roster_;
  uint32_t time_ = 0;
};

TEST_F(RosterViewTest, AWindowHasItsRowsInTheOrder) {
  EXPECT_THAT(Names(RosterView(roster_, Query("")).Window(0, 60)), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(Names(RosterView(roster_, Query("", "-name")).Window(1, 3)), ElementsAre("c", "b"));
  EXPECT_THAT(Names(RosterView(roster_, Query("", "-updated")).Window(0, 2)),
              ElementsAre("b", "d"));
  const RosterView view(roster_, Query("a"));
  EXPECT_EQ(view.total(), 1u);
  EXPECT_THAT(view.Window(1, 9), IsEmpty());
  EXPECT_THAT(view.Window(9, 9), IsEmpty());
}

TEST_F(RosterViewTest, ARowThatChangesInPlaceMovesNothing) {
  RosterView view(roster_, Query(""));
  EXPECT_TRUE(view.Changed(Touch("b"), 0, 2));
  EXPECT_FALSE(view.Changed(Touch("d"), 0, 2));
  EXPECT_EQ(view.moved(), 0u);
}

TEST_F(RosterViewTest, WhatWouldBeElsewhereIsCountedAndThePlacesStay) {
  RosterView view(roster_, Query("", "-updated"));  // b d a c
  view.Changed(Touch("c"), 0, 60);
  view.Changed(Touch("c"), 0, 60);
  EXPECT_EQ(view.moved(), 1u);
  view.Changed(Touch("b"), 0, 60);
  EXPECT_EQ(view.moved(), 1u);
  EXPECT_THAT(Names(view.Window(0, 60)), ElementsAre("b", "d", "a", "c"));
}

TEST_F(RosterViewTest, WhatIsNewOrGoneIsCounted) {
  RosterView view(roster_, Query("hasDelta:false"));
  view.Changed(Touch("e"), 0, 60);
  EXPECT_EQ(view.moved(), 1u);
  const auto differs = roster_.Change("a", [](RosterRow& row) { row.differing = 1; });
  EXPECT_TRUE(view.Changed(differs, 0, 60));
  EXPECT_EQ(view.moved(), 2u);
  view.Changed(roster_.Change("a", [](RosterRow& row) { row.differing = 0; }), 0, 60);
  view.Changed(roster_.Change("e", [](RosterRow& row) { row.shadows = 0; }), 0, 60);
  EXPECT_EQ(view.moved(), 0u);
  EXPECT_EQ(roster_.Find("e"), nullptr);
}

TEST_F(RosterViewTest, PagesHaveEachThingOnce) {
  std::mt19937 random(20261130);
  for (int i = 0; i < 300; ++i) {
    roster_.Change(absl::StrCat("thing-", random() % 1000), [&random](RosterRow& row) {
      row.shadows = 1;
      row.updated = random() % 5;
      row.differing = random() % 2;
    });
  }
  for (const char* const sort : {"name", "-name", "updated", "-updated", "differing", "lastSeen"}) {
    const RosterQuery query = Query("", sort);
    const RosterView all(roster_, query);
    std::vector<Roster::Place> paged;
    std::optional<RosterRow> after;
    for (bool more = true; more;) {
      const RosterPage page = PageOf(roster_, query, after ? &*after : nullptr, 7);
      EXPECT_EQ(page.total, all.total());
      paged.insert(paged.end(), page.places.begin(), page.places.end());
      more = page.more;
      if (more) after = *query.ReadPlace(query.PlaceOf(roster_.at(page.places.back())));
    }
    const auto window = all.Window(0, all.total());
    EXPECT_TRUE(std::equal(paged.begin(), paged.end(), window.begin(), window.end())) << sort;
  }
}

TEST(Roster, IsWornOnceManyHaveGone) {
  Roster roster;
  for (int i = 0; i < 6000; ++i) {
    roster.Change(absl::StrCat(i), [](RosterRow& row) { row.clients = 1; });
  }
  EXPECT_FALSE(roster.is_worn());
  for (int i = 0; i < 5999; ++i) {
    roster.Change(absl::StrCat(i), [](RosterRow& row) { row.clients = 0; });
  }
  EXPECT_TRUE(roster.is_worn());
  EXPECT_EQ(roster.Find("7"), nullptr);
  EXPECT_NE(roster.Find("5999"), nullptr);
}

TEST(Roster, ARowIsWordedAsThePageKnowsIt) {
  EXPECT_EQ(RowJson({.name = "lamp",
                     .since = 5,
                     .last_seen = 6,
                     .updated = 7,
                     .shadows = 2,
                     .differing = 1,
                     .clients = 1,
                     .registered = true}),
            R"({"thing":"lamp","connected":true,"since":5,"lastSeen":6,"shadows":2,"differing":1,)"
            R"("updated":7,"registered":true})");
  EXPECT_EQ(RowJson({.name = "x", .registered = true}),
            R"({"thing":"x","connected":false,"shadows":0,"differing":0,"registered":true})");
}

TEST(Roster, AHundredThousandThingsTakeLessThanSixteenMegabytes) {
  Roster roster;
  for (int i = 0; i < 100'000; ++i) {
    roster.Change(absl::StrCat("a-thing-with-a-name-of-its-own-", i),
                  [](RosterRow& row) { row.shadows = 1; });
  }
  const RosterView view(roster, Query("", "-updated"));
  EXPECT_EQ(view.total(), 100'000u);
  EXPECT_LT(roster.bytes(), size_t{16'000'000});
}

}  // namespace
}  // namespace service
