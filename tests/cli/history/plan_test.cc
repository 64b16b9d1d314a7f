#include "cli/history/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Entry Made(int64_t version, int64_t timestamp, std::vector<Change> changes) {
  Entry entry;
  entry.change = version * 10;
  entry.kind = "update";
  entry.version = version;
  entry.timestamp = timestamp;
  entry.thing = "lamp";
  entry.lane = "w";
  entry.changes = std::move(changes);
  return entry;
}

Change To(std::vector<std::string> path, std::optional<std::string> after) {
  return {std::move(path), std::nullopt, std::move(after)};
}

std::vector<ReplayStep> Plan(std::vector<Entry> entries, const ReplayWishes& wishes = {}) {
  auto steps = PlanReplay(std::move(entries), wishes);
  EXPECT_TRUE(steps.ok()) << steps.status();
  return steps.ok() ? *steps : std::vector<ReplayStep>();
}

std::vector<int64_t> VersionsOf(const std::vector<ReplayStep>& steps) {
  std::vector<int64_t> versions;
  for (const ReplayStep& step : steps) versions.push_back(step.version);
  return versions;
}

std::string BodyFor(std::vector<Change> changes, ReplaySide side = ReplaySide::kCloud) {
  return Plan({Made(1, 0, std::move(changes))}, {.side = side})[0].body;
}

TEST(ReplayPlan, MakesTheChangesInTheirOrderWithTheirDistances) {
  const auto steps =
      Plan({Made(3, 107, {To({"desired", "a"}, "3")}), Made(1, 100, {To({"desired", "a"}, "1")}),
            Made(2, 105, {To({"desired", "a"}, "2")})});
  EXPECT_THAT(VersionsOf(steps), ElementsAre(1, 2, 3));
  EXPECT_EQ(steps[0].after, absl::ZeroDuration());
  EXPECT_EQ(steps[1].after, absl::Seconds(5));
  EXPECT_EQ(steps[2].after, absl::Seconds(7));
  EXPECT_EQ(steps[1].body, R"({"state":{"desired":{"a":2}}})");
  EXPECT_EQ(steps[1].thing, "lamp");
}

TEST(ReplayPlan, GoesAsFastAsIsWished) {
  const std::vector<Entry> entries = {Made(1, 100, {To({"desired", "a"}, "1")}),
                                      Made(2, 105, {To({"desired", "a"}, "2")})};
  EXPECT_EQ(Plan(entries, {.speed = 10})[1].after, absl::Milliseconds(500));
  EXPECT_EQ(Plan(entries, {.speed = 0.5})[1].after, absl::Seconds(10));
  EXPECT_EQ(Plan(entries, {.speed = 0})[1].after, absl::ZeroDuration());
}

TEST(ReplayPlan, DoesNotTurnRoundWhereAClockWasSetBack) {
  const auto steps =
      Plan({Made(1, 100, {To({"desired", "a"}, "1")}), Made(2, 110, {To({"desired", "a"}, "2")}),
            Made(3, 50, {To({"desired", "a"}, "3")}), Made(4, 112, {To({"desired", "a"}, "4")})});
  EXPECT_EQ(steps[2].after, absl::Seconds(10));
  EXPECT_EQ(steps[3].after, absl::Seconds(12));
}

TEST(ReplayPlan, IsOfOneSideOrOfBoth) {
  const std::vector<Change> both = {To({"reported", "b"}, "2"), To({"desired", "a"}, "1")};
  EXPECT_EQ(BodyFor(both), R"({"state":{"desired":{"a":1}}})");
  EXPECT_EQ(BodyFor(both, ReplaySide::kDevice), R"({"state":{"reported":{"b":2}}})");
  EXPECT_EQ(BodyFor(both, ReplaySide::kBoth),
            R"({"state":{"reported":{"b":2},"desired":{"a":1}}})");
}

TEST(ReplayPlan, DeletesAreTheClouds) {
  Entry deleted = Made(2, 101, {To({"desired", "a"}, std::nullopt)});
  deleted.kind = "delete";
  const std::vector<Entry> entries = {Made(1, 100, {To({"reported", "a"}, "1")}), deleted};
  const auto cloud = Plan(entries);
  EXPECT_THAT(VersionsOf(cloud), ElementsAre(2));
  EXPECT_EQ(cloud[0].body, "");
  EXPECT_THAT(VersionsOf(Plan(entries, {.side = ReplaySide::kDevice})), ElementsAre(1));
  EXPECT_THAT(VersionsOf(Plan(entries, {.side = ReplaySide::kBoth})), ElementsAre(1, 2));
}

TEST(ReplayPlan, AChangeIsTheUpdateThatMakesIt) {
  EXPECT_EQ(BodyFor({To({"desired", "a", "b"}, "1"), To({"desired", "c"}, std::nullopt),
                     To({"desired", "a", "d"}, "[2]"), To({"desired", "e\""}, "{}")}),
            R"({"state":{"desired":{"a":{"b":1,"d":[2]},"c":null,"e\"":{}}}})");
  // A value gave way to an object, and an object to a value.
  EXPECT_EQ(BodyFor({To({"desired", "a"}, std::nullopt), To({"desired", "a", "b"}, "1")}),
            R"({"state":{"desired":{"a":{"b":1}}}})");
  EXPECT_EQ(BodyFor({To({"desired", "a", "b"}, std::nullopt), To({"desired", "a"}, "1")}),
            R"({"state":{"desired":{"a":1}}})");
  // An object was emptied, and stays as {}.
  EXPECT_EQ(BodyFor({To({"desired", "a", "b"}, std::nullopt), To({"desired", "a"}, "{}")}),
            R"({"state":{"desired":{"a":{"b":null}}}})");
  // One went with all that it held.
  EXPECT_EQ(BodyFor({To({"desired", "a", "b"}, std::nullopt), To({"desired", "a"}, std::nullopt)}),
            R"({"state":{"desired":{"a":null}}})");
  EXPECT_EQ(BodyFor({To({"desired"}, std::nullopt)}), R"({"state":{"desired":null}})");
}

TEST(ReplayPlan, KeepsTheTokenThatAClientGave) {
  Entry entry = Made(1, 0, {To({"desired", "a"}, "1")});
  entry.author.token = "t-1";
  EXPECT_EQ(Plan({entry})[0].body, R"({"state":{"desired":{"a":1}},"clientToken":"t-1"})");
}

TEST(ReplayPlan, IsOfTheVersionsThatAreWished) {
  std::vector<Entry> entries;
  for (int64_t version = 1; version <= 5; ++version) {
    entries.push_back(Made(version, version, {To({"desired", "a"}, "1")}));
  }
  EXPECT_THAT(VersionsOf(Plan(entries, {.from = 2, .to = 4})), ElementsAre(2, 3, 4));
  EXPECT_THAT(VersionsOf(Plan(entries, {.from = -2})), ElementsAre(3, 4, 5));
  EXPECT_THAT(VersionsOf(Plan(entries, {.to = -1})), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(absl::IsNotFound(PlanReplay(entries, {.from = 6}).status()));
}

TEST(ReplayPlan, VersionsAreThoseOfTheNewestLife) {
  std::vector<Entry> entries;
  for (const int64_t version : {1, 2, 3, 1, 2}) {
    entries.push_back(Made(version, 0, {To({"desired", "a"}, "1")}));
    entries.back().change = static_cast<int64_t>(entries.size());
  }
  EXPECT_THAT(VersionsOf(Plan(entries)), ElementsAre(1, 2, 3, 1, 2));
  EXPECT_THAT(VersionsOf(Plan(entries, {.from = 1})), ElementsAre(1, 2));
  EXPECT_THAT(VersionsOf(Plan(entries, {.to = -1})), ElementsAre(1));
  entries[4].name = "other";
  EXPECT_THAT(VersionsOf(Plan(entries, {.from = 1})), ElementsAre(1, 2));
}

TEST(ReplayPlan, FallsOnTheThingThatIsWished) {
  Entry named = Made(1, 0, {To({"desired", "a"}, "1")});
  named.name = "config";
  const auto steps = Plan({named}, {.thing = "bench"});
  EXPECT_EQ(steps[0].thing, "bench");
  EXPECT_EQ(steps[0].name, "config");
  EXPECT_THAT(PlanReplay({named}, {.thing = "lamp"}).status().message(),
              HasSubstr("it happened to lamp itself: to change that again, say --same-thing"));
  Entry other = Made(2, 0, {To({"desired", "a"}, "1")});
  other.thing = "door";
  EXPECT_THAT(PlanReplay({named, other}, {.thing = "bench"}).status().message(),
              HasSubstr("changes of several things, of lamp and door"));
  EXPECT_EQ(Plan({named, other})[1].thing, "door");
}

TEST(ReplayPlan, HasNoEvents) {
  Entry event = Made(1, 0, {});
  event.lane = "e";
  event.kind = "get";
  EXPECT_THAT(VersionsOf(Plan({event, Made(2, 0, {To({"desired", "a"}, "1")})})), ElementsAre(2));
  EXPECT_TRUE(absl::IsNotFound(PlanReplay({event}, {}).status()));
}

}  // namespace
}  // namespace cli
