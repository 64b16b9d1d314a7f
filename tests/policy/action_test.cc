#include "policy/action.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

TEST(Action, IsFoundByItsNameWhateverTheLetterCase) {
  for (const Action action : AllActions()) EXPECT_EQ(FindAction(ActionName(action)), action);
  EXPECT_EQ(FindAction("IOT:RETAINPUBLISH"), Action::kRetainPublish);
  EXPECT_EQ(FindAction("iot:Publis"), std::nullopt);
}

TEST(Action, KnowsWhatKindOfResourceItIsAskedFor) {
  EXPECT_EQ(KindName(KindOf(Action::kConnect)), "client");
  EXPECT_EQ(KindName(KindOf(Action::kPublish)), "topic");
  EXPECT_EQ(KindName(KindOf(Action::kRetainPublish)), "topic");
  EXPECT_EQ(KindName(KindOf(Action::kReceive)), "topic");
  EXPECT_EQ(KindName(KindOf(Action::kSubscribe)), "topicfilter");
  EXPECT_EQ(KindName(KindOf(Action::kListNamedShadowsForThing)), "thing");
}

TEST(Action, PatternsStandForSetsOfThem) {
  EXPECT_EQ(MatchActions("iot:Publish"), Bit(Action::kPublish));
  EXPECT_EQ(MatchActions("iot:*Publish"), Bit(Action::kPublish) | Bit(Action::kRetainPublish));
  EXPECT_EQ(MatchActions("*"), MatchActions("iot:*"));
  EXPECT_EQ(MatchActions("iot:?onnect"), Bit(Action::kConnect));
}

TEST(Action, NamesThatDecideNothingHereAreKnownAndEmpty) {
  EXPECT_EQ(MatchActions("iot:DescribeJobExecution"), ActionSet{0});
  EXPECT_EQ(MatchActions("greengrass:Discover"), ActionSet{0});
}

TEST(Action, UnknownNamesAreNoActions) {
  for (const auto* const name : {"iot:Publsh", "s3:GetObject", "Publish", "", "iot:Pub*x"}) {
    EXPECT_EQ(MatchActions(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace policy
