#include "storage/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/history_feed.h"
#include "storage/memory_store.h"
#include "storage/post.h"
#include "tests/storage/history_entries.h"

namespace storage {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr shadow::ShadowId kLamp = {.thing = "lamp", .name = ""};

// Of somebody else's entries only those with the value "good" are.
absl::Status CheckX(absl::string_view, absl::string_view value) {
  return value == "good" ? absl::OkStatus() : absl::DataLossError("it is not good");
}

Survey SurveyOf(const std::vector<Write>& writes) {
  MemoryStore store;
  EXPECT_TRUE(store.Commit(writes, Durability::kSync).ok());
  constexpr EntryChecker kCheckers[] = {{"X", "an X", CheckX}};
  return SurveyStore(store, kCheckers, [](const Survey&) {}).value();
}

TEST(Survey, TellsHowMuchHistoryThereIs) {
  const Write entry = WriteOf(kLamp, 7);
  const FeedEntry led_to{.id = kLamp, .lane = HistoryLane::kReports, .change = 7};
  const Write group = {FeedKey(7), EncodeFeed(1000, {led_to})};
  const Survey survey = SurveyOf({entry,
                                  WriteOf(kLamp, 8),
                                  group,
                                  {std::string(kFormatKey), "2"},
                                  {std::string(kChangesKey), "65536"},
                                  {std::string(kFloorsKey), EncodeFloors({})}});
  EXPECT_EQ(survey.history_entries, 2u);
  EXPECT_EQ(survey.feed_groups, 1u);
  EXPECT_EQ(survey.entries(), 3u);
  EXPECT_EQ(survey.unknown_keys, 0u);
  EXPECT_THAT(survey.damages, IsEmpty());
  EXPECT_EQ(survey.history_bytes,
            2 * (entry.key.size() + entry.value->size()) + group.key.size() + group.value->size());
}

TEST(Survey, NamesHistoryThatCannotBeRead) {
  const Survey survey = SurveyOf({{HistoryKey(kLamp, HistoryLane::kWishes, 7), "\x01nonsense"},
                                  {FeedKey(7), "nonsense"},
                                  {"hnonsense", "x"}});
  EXPECT_EQ(survey.damaged, 3u);
  EXPECT_THAT(survey.damages,
              ElementsAre(HasSubstr("the feed of history"), HasSubstr("the history of lamp"),
                          HasSubstr("under a key that names no entry")));
}

TEST(Survey, AsksWhoKnowsTheEntriesOfOthers) {
  const Survey survey = SurveyOf({{"X1", "good"}, {"X2", "bad"}, {"Y", "good"}});
  EXPECT_EQ(survey.beyond_shadows, 1u);
  EXPECT_EQ(survey.unknown_keys, 1u);
  EXPECT_EQ(survey.entries(), 3u);
  EXPECT_THAT(survey.damages, ElementsAre("an X: it is not good"));
}

TEST(Survey, LooksAtMessagesOnTheirWay) {
  const std::string post = EncodePost({.topic = "$aws/x", .payload = "{}"});
  const Survey survey = SurveyOf({{PostKey(1), post}, {PostKey(2), "x"}, {"pshort", post}});
  EXPECT_EQ(survey.posts, 1u);
  EXPECT_EQ(survey.damaged, 2u);
  EXPECT_THAT(survey.damages, Each(HasSubstr("a message on its way")));
}

}  // namespace
}  // namespace storage
