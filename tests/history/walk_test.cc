#include "history/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/history/past.h"
#include "tests/shadow/text.h"

namespace history {
namespace {

using storage::HistoryKind;
using storage::HistoryLane;
using storage::RecordKind;
using testing::ElementsAre;

// A state for people: its version, and its sections.
std::string Told(const State& state) {
  if (state.kind == RecordKind::kNone) return "nothing";
  if (state.kind == RecordKind::kTombstone) return absl::StrCat(state.document.version, " gone");
  return absl::StrCat(state.document.version, shadow::Text(state.document.desired),
                      state.has_reported ? shadow::Text(state.document.reported) : "?");
}

class WalkBack : public testing::Test {
 protected:
  // Each step with what stood before it, then how the walk ended. `-` before a step: after a gap.
  std::vector<std::string> Story() {
    static constexpr const char* kEnds[] = {"goes on", "begin", "not kept", "damaged"};
    std::vector<std::string> story;
    options.now = past.now;
    const auto walk = Walk::Begin(past.record(), past, options).value();
    story.push_back(Told(walk->newest()));
    while (true) {
      const auto more = walk->Next();
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.value_or(false)) break;
      const Step& step = walk->step();
      std::string line(step.after_gap ? "-" : "");
      absl::StrAppend(&line, std::string(1, static_cast<char>(step.lane)), step.change, " ");
      if (IsEvent(step.entry.kind)) {
        absl::StrAppend(&line, step.entry.detail);
      } else {
        EXPECT_EQ(Told(step.before), Told(walk->reached()));
        absl::StrAppend(&line, Told(step.before));
      }
      story.push_back(line);
    }
    story.push_back(kEnds[static_cast<int>(walk->end())]);
    return story;
  }

  void Report(int value) { past.Update(absl::StrCat(R"({"reported":{"n":)", value, "}}")); }
  void Wish(int value) { past.Update(absl::StrCat(R"({"desired":{"n":)", value, "}}")); }

  std::string KeyOf(HistoryLane lane, uint64_t change) {
    return storage::HistoryKey({"T", ""}, lane, change);
  }

  Past past{{"T", ""}};
  WalkOptions options{};
};

TEST_F(WalkBack, EndsWhereTheShadowWasMade) {
  Wish(1);
  Report(1);
  Wish(2);
  EXPECT_THAT(Story(), ElementsAre(R"(3{"n":2}{"n":1})", R"(w3 2{"n":1}{"n":1})",
                                   R"(r2 1{"n":1}{})", "w1 nothing", "begin"));
}

TEST_F(WalkBack, OfWhatNeverWasIsEmpty) { EXPECT_THAT(Story(), ElementsAre("nothing", "begin")); }

TEST_F(WalkBack, GoesOnThroughADeletedShadow) {
  Wish(1);
  past.Delete();
  EXPECT_THAT(Story(), ElementsAre("2 gone", R"(w2 1{"n":1}{})", "w1 nothing", "begin"));
  Wish(2);
  EXPECT_THAT(Story(),
              ElementsAre(R"(3{"n":2}{})", "w3 2 gone", R"(w2 1{"n":1}{})", "w1 nothing", "begin"));
}

TEST_F(WalkBack, GoesOnThroughEarlierLives) {
  Wish(1);
  past.Delete();
  past.now += shadow::kTombstoneSeconds;
  EXPECT_THAT(Story(), ElementsAre("nothing", R"(w2 1{"n":1}{})", "w1 nothing", "begin"));
  past.keeps_tombstones = true;
  EXPECT_THAT(Story(), ElementsAre("nothing", R"(w2 1{"n":1}{})", "w1 nothing", "begin"));
  Wish(2);
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":2}{})", "w3 nothing", R"(w2 1{"n":1}{})", "w1 nothing",
                                   "begin"));
}

TEST_F(WalkBack, TakesEarlierLivesBeyondABoundForNone) {
  Wish(1);
  past.Delete();
  past.now += shadow::kTombstoneSeconds;
  Wish(2);
  options.bounds.wishes.entries_max = 1;
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":2}{})", "w3 nothing", "begin"));
}

TEST_F(WalkBack, GoesAlongTheWishesBeyondTheReportsHorizon) {
  Wish(1);
  Wish(2);
  for (int i = 1; i <= 4; ++i) Report(i);
  options.bounds.reports.entries_max = 2;
  EXPECT_THAT(Story(),
              ElementsAre(R"(6{"n":2}{"n":4})", R"(r6 5{"n":2}{"n":3})", R"(r5 4{"n":2}{"n":2})",
                          R"(-w2 1{"n":1}?)", "w1 nothing", "begin"));
}

TEST_F(WalkBack, KnowsWhatWasReportedAgainWhereItIsToldWhole) {
  Report(1);
  past.Update(R"({"reported":null,"desired":{"n":1}})");
  Report(2);
  Report(3);
  options.bounds.reports.entries_max = 1;
  EXPECT_THAT(Story(), ElementsAre(R"(4{"n":1}{"n":3})", R"(r4 3{"n":1}{"n":2})",
                                   R"(-w2 1{}{"n":1})", "w1 nothing", "begin"));
}

TEST_F(WalkBack, TakesReportsOlderThanAMissingOneForLost) {
  Wish(1);
  Report(1);
  past.Delete();
  Wish(2);
  Report(2);
  past.entries.erase(KeyOf(HistoryLane::kReports, 5));
  EXPECT_THAT(Story(), ElementsAre(R"(5{"n":2}{"n":2})", "-w4 3 gone", R"(w3 2{"n":1}{"n":1})",
                                   "-w1 nothing", "begin"));
}

TEST_F(WalkBack, EndsAtAWishThatIsMissing) {
  Wish(1);
  Wish(2);
  Wish(3);
  past.entries.erase(KeyOf(HistoryLane::kWishes, 2));
  EXPECT_THAT(Story(), ElementsAre(R"(3{"n":3}{})", R"(w3 2{"n":2}{})", "not kept"));
}

TEST_F(WalkBack, EndsWhereNoHistoryWasKept) {
  past.history = false;
  Wish(1);
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":1}{})", "not kept"));
  past.history = true;
  Report(1);
  EXPECT_THAT(Story(), ElementsAre(R"(2{"n":1}{"n":1})", R"(r1 1{"n":1}{})", "not kept"));
}

TEST_F(WalkBack, EndsWhereNoHistoryWasKeptOfTheEndOfAnEarlierLife) {
  Wish(1);
  past.history = false;
  past.Delete();
  past.now += shadow::kTombstoneSeconds;
  past.history = true;
  Wish(2);
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":2}{})", "w2 nothing", "not kept"));
}

TEST_F(WalkBack, EndsAtAnEntryThatCannotBeRead) {
  Wish(1);
  Report(1);
  Wish(2);
  past.entries[KeyOf(HistoryLane::kReports, 2)] = "nonsense";
  EXPECT_THAT(Story(), ElementsAre(R"(3{"n":2}{"n":1})", R"(w3 2{"n":1}{"n":1})", "damaged"));
  past.entries[KeyOf(HistoryLane::kWishes, 3)] = "nonsense";
  EXPECT_THAT(Story(), ElementsAre(R"(3{"n":2}{"n":1})", "damaged"));
}

TEST_F(WalkBack, TakesWhatCannotBeReadBeyondABoundForGone) {
  Wish(1);
  Wish(2);
  past.entries[KeyOf(HistoryLane::kWishes, 1)] = "nonsense";
  options.bounds.wishes.entries_max = 1;
  EXPECT_THAT(Story(), ElementsAre(R"(2{"n":2}{})", R"(w2 1{"n":1}{})", "not kept"));
}

// An entry of another shadow in the place of one of this.
class Misfit : public WalkBack {
 protected:
  void Put(HistoryLane lane, uint64_t change, const Past& other, HistoryLane other_lane) {
    const auto found = other.entries.find(KeyOf(other_lane, change));
    ASSERT_NE(found, other.entries.end());
    past.entries[KeyOf(lane, change)] = found->second;
  }

  Past other{{"T", ""}};
};

TEST_F(Misfit, OfVersionIsDamage) {
  Wish(1);
  Wish(2);
  other.history = false;
  other.Update(R"({"desired":{"n":0}})");
  other.history = true;
  other.Update(R"({"desired":{"n":1}})");
  other.Update(R"({"desired":{"n":2}})");
  Put(HistoryLane::kWishes, 2, other, HistoryLane::kWishes);
  EXPECT_THAT(Story(), ElementsAre(R"(2{"n":2}{})", "damaged"));
}

TEST_F(Misfit, OfTimeIsDamage) {
  Wish(1);
  Wish(2);
  other.Update(R"({"desired":{"n":1}})");
  ++other.now;
  other.Update(R"({"desired":{"n":2}})");
  Put(HistoryLane::kWishes, 2, other, HistoryLane::kWishes);
  EXPECT_THAT(Story(), ElementsAre(R"(2{"n":2}{})", "damaged"));
}

TEST_F(Misfit, OfKindIsDamage) {
  Wish(1);
  past.Delete();
  other.Update("{}");
  other.Update("{}");
  Put(HistoryLane::kWishes, 2, other, HistoryLane::kReports);
  EXPECT_THAT(Story(), ElementsAre("2 gone", "damaged"));
}

TEST_F(Misfit, OfPatchIsDamage) {
  Wish(1);
  Wish(2);
  other.Update(R"({"desired":{"m":1}})");
  other.Update(R"({"desired":{"m":2}})");
  Put(HistoryLane::kWishes, 2, other, HistoryLane::kWishes);
  EXPECT_THAT(Story(), ElementsAre(R"(2{"n":2}{})", "damaged"));
}

TEST_F(Misfit, OfReportedPatchIsDamage) {
  Wish(1);
  Report(1);
  Report(2);
  other.Update(R"({"desired":{"n":1}})");
  other.Update(R"({"reported":{"m":1}})");
  other.Update(R"({"reported":{"m":2}})");
  Put(HistoryLane::kReports, 3, other, HistoryLane::kReports);
  EXPECT_THAT(Story(), ElementsAre(R"(3{"n":1}{"n":2})", "damaged"));
}

TEST_F(Misfit, OfLaneIsDamage) {
  Wish(1);
  other.AddEvent(HistoryKind::kConnected, "");
  Put(HistoryLane::kWishes, 1, other, HistoryLane::kEvents);
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":1}{})", "damaged"));
}

TEST_F(Misfit, InTheLaneOfEventsIsDamage) {
  Wish(1);
  Put(HistoryLane::kEvents, 1, past, HistoryLane::kWishes);
  options.events = true;
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":1}{})", "w1 nothing", "damaged"));
}

TEST_F(Misfit, OfATombstoneThatWasReportedToIsDamage) {
  Wish(1);
  past.Delete();
  const std::string record =
      storage::EncodeRecord(shadow::Tombstone{3, past.now}, {.last_change = 3, .last_wish = 2});
  options.now = past.now;
  const auto walk = Walk::Begin(record, past, options).value();
  EXPECT_FALSE(walk->Next().value());
  EXPECT_EQ(walk->end(), WalkEnd::kDamaged);
}

TEST_F(Misfit, BehindAGapIsDamage) {
  Wish(1);
  Report(1);
  options.bounds.reports.entries_max = 0;
  for (int i = 0; i < 5; ++i) {
    other.history = i == 4;
    other.Update(absl::StrCat(R"({"desired":{"n":)", i, "}}"));
  }
  Put(HistoryLane::kWishes, 1, other, HistoryLane::kWishes);
  EXPECT_THAT(Story(), ElementsAre(R"(2{"n":1}{"n":1})", "damaged"));
}

TEST_F(WalkBack, EndsWhereTheSourceFindsDamageAndGivesOtherErrors) {
  Wish(1);
  past.fault = absl::DataLossError("a block");
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":1}{})", "damaged"));
  past.fault = absl::UnavailableError("stopping");
  const auto walk = Walk::Begin(past.record(), past, options).value();
  EXPECT_TRUE(absl::IsUnavailable(walk->Next().status()));
}

TEST_F(WalkBack, NeedsARecordThatCanBeRead) {
  EXPECT_TRUE(absl::IsDataLoss(Walk::Begin("\x02\x01", past, options).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Walk::Begin("\x09", past, options).status()));
}

TEST_F(WalkBack, GivesEventsInTheirPlace) {
  past.AddEvent(HistoryKind::kConnected, "first");
  Wish(1);
  Report(1);
  past.AddEvent(HistoryKind::kEnded, "keepalive");
  past.AddEvent(HistoryKind::kConnected, "again");
  Wish(2);
  EXPECT_THAT(Story(), testing::Not(testing::Contains("e5 again")));
  options.events = true;
  EXPECT_THAT(Story(),
              ElementsAre(R"(3{"n":2}{"n":1})", R"(w6 2{"n":1}{"n":1})", "e5 again", "e4 keepalive",
                          R"(r3 1{"n":1}{})", "w2 nothing", "e1 first", "begin"));
  options.bounds.events.entries_max = 2;
  EXPECT_THAT(Story(), testing::Not(testing::Contains("e1 first")));
}

TEST_F(WalkBack, GivesEventsThatAreOlderThanWhatIsKeptOfChanges) {
  Wish(1);
  past.AddEvent(HistoryKind::kConnected, "early");
  Wish(2);
  Wish(3);
  options.events = true;
  options.bounds.wishes.entries_max = 1;
  EXPECT_THAT(Story(), ElementsAre(R"(3{"n":3}{})", R"(w4 2{"n":2}{})", "e2 early", "not kept"));
}

TEST_F(WalkBack, EndsDamagedIfAnEventCannotBeRead) {
  past.AddEvent(HistoryKind::kConnected, "");
  Wish(1);
  options.events = true;
  past.entries[KeyOf(HistoryLane::kEvents, 1)] = "nonsense";
  EXPECT_THAT(Story(), ElementsAre(R"(1{"n":1}{})", "w2 nothing", "damaged"));
}

TEST_F(WalkBack, HoldsWhatIsNewestAsLongAsItLasts) {
  for (int i = 1; i <= 300; ++i) Wish(i);
  options.now = past.now;
  const auto walk = Walk::Begin(past.record(), past, options).value();
  while (walk->Next().value()) {
  }
  EXPECT_EQ(Told(walk->newest()), R"(300{"n":300}{})");
  EXPECT_EQ(walk->end(), WalkEnd::kBegin);
}

}  // namespace
}  // namespace history
