#include "plugin/audience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

using proto::AnswerTopic;
using proto::Unheard;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr shadow::ShadowId kId = {.thing = "T", .name = ""};

class AudienceTest : public testing::Test {
 protected:
  // One update's messages; the broker asks for `heard`.
  void Update(std::initializer_list<AnswerTopic> heard) {
    for (const auto topic :
         {AnswerTopic::kUpdateAccepted, AnswerTopic::kUpdateDocuments, AnswerTopic::kUpdateDelta}) {
      audience_.Published(kId, topic);
    }
    audience_.Tick();
    for (const auto topic : heard) audience_.Asked(kId, topic);
  }

  // Of `topics`, those that it publishes.
  std::vector<AnswerTopic> Tried(const shadow::ShadowId& id,
                                 std::initializer_list<AnswerTopic> topics) {
    std::vector<AnswerTopic> published;
    audience_.Try(id, topics, [&](AnswerTopic topic) { published.push_back(topic); });
    return published;
  }

  Audience audience_;
};

TEST_F(AudienceTest, NothingIsSkippedBeforeItWasTried) {
  EXPECT_EQ(audience_.UnheardOf(kId), Unheard());
}

TEST_F(AudienceTest, WhatNobodyAskedForIsUnheard) {
  Update({AnswerTopic::kUpdateAccepted});
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.documents = true, .delta = true}));
  EXPECT_EQ(audience_.UnheardOf({.thing = "T", .name = "S"}), Unheard());
}

TEST_F(AudienceTest, ATrialCountsOnceTheBrokerHadItsTurn) {
  audience_.Published(kId, AnswerTopic::kUpdateDelta);
  EXPECT_EQ(audience_.UnheardOf(kId), Unheard());
  audience_.Tick();
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.delta = true}));
}

TEST_F(AudienceTest, ASubscriptionEndsIt) {
  Update({});
  audience_.Subscribed("$aws/things/T/shadow/update/documents");
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.accepted = true, .delta = true}));
  audience_.Subscribed("a/#");
  EXPECT_TRUE(audience_.UnheardOf(kId).accepted);
  audience_.Subscribed("$share/g/$aws/things/T/shadow/#");
  EXPECT_EQ(audience_.UnheardOf(kId), Unheard());
  Update({AnswerTopic::kUpdateDelta});
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.accepted = true, .documents = true}));
}

TEST_F(AudienceTest, ASubscriptionToAnotherThingDoesNot) {
  const Unheard all = {.accepted = true, .documents = true, .delta = true};
  Update({});
  audience_.Published({.thing = "other", .name = ""}, AnswerTopic::kUpdateDelta);
  audience_.Subscribed("$aws/things/other/shadow/update/delta");
  audience_.Subscribed("$aws/things/unknown/shadow/#");
  audience_.Subscribed("$aws/things/T2/shadow/#");
  EXPECT_EQ(audience_.UnheardOf(kId), all);
  audience_.Subscribed("$aws/things/T/shadow/name/+/update/delta");
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.accepted = true, .documents = true}));
}

TEST_F(AudienceTest, AnyFilterThatNamesNoThingEndsIt) {
  for (const auto filter : {"$aws/things/+/shadow/#", "$aws/things/#", "$aws/#", "$aws/+/T/#",
                            "$aws/things/+", "$share/g/$aws/things/+/shadow/+/+"}) {
    Update({});
    EXPECT_NE(audience_.UnheardOf(kId), Unheard()) << filter;
    audience_.Subscribed(filter);
    EXPECT_EQ(audience_.UnheardOf(kId), Unheard()) << filter;
  }
}

TEST_F(AudienceTest, TriesWhatItDoesNotKnowSinceTheLastSubscription) {
  EXPECT_THAT(Tried(kId, {AnswerTopic::kUpdateDelta}), ElementsAre(AnswerTopic::kUpdateDelta));
  EXPECT_THAT(Tried(kId, {AnswerTopic::kUpdateDelta}), IsEmpty());
  EXPECT_THAT(Tried(kId, {AnswerTopic::kUpdateDocuments, AnswerTopic::kUpdateDelta}),
              ElementsAre(AnswerTopic::kUpdateDocuments));
  EXPECT_THAT(Tried({.thing = "T", .name = "S"}, {AnswerTopic::kUpdateDelta}),
              ElementsAre(AnswerTopic::kUpdateDelta));
  audience_.Tick();
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.documents = true, .delta = true}));
  audience_.Asked(kId, AnswerTopic::kUpdateDelta);
  EXPECT_THAT(Tried(kId, {AnswerTopic::kUpdateDelta}), IsEmpty());
  audience_.Subscribed("$aws/things/T/shadow/update/delta");
  EXPECT_THAT(Tried(kId, {AnswerTopic::kUpdateDocuments, AnswerTopic::kUpdateDelta}),
              ElementsAre(AnswerTopic::kUpdateDelta));
}

TEST_F(AudienceTest, WhatIsHeardStaysHeard) {
  Update({AnswerTopic::kUpdateDelta});
  audience_.Published(kId, AnswerTopic::kUpdateDelta);  // not asked for yet
  audience_.Tick();
  EXPECT_FALSE(audience_.UnheardOf(kId).delta);
}

TEST_F(AudienceTest, ItsMemoryIsBounded) {
  Audience small(/*shadows_max=*/2);
  small.Published(kId, AnswerTopic::kUpdateDelta);
  small.Tick();
  for (int i = 0; i < 5; ++i) {
    small.Published({.thing = absl::StrCat("t", i), .name = ""}, AnswerTopic::kUpdateDelta);
  }
  EXPECT_EQ(small.UnheardOf(kId), Unheard());
}

}  // namespace
}  // namespace plugin
