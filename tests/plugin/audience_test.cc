#include "plugin/audience.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

using proto::AnswerTopic;
using proto::Unheard;

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
  audience_.Subscribed("$aws/things/other/shadow/update/documents");
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.accepted = true, .delta = true}));
  audience_.Subscribed("a/#");
  EXPECT_TRUE(audience_.UnheardOf(kId).accepted);
  audience_.Subscribed("$share/g/$aws/things/T/shadow/#");
  EXPECT_EQ(audience_.UnheardOf(kId), Unheard());
  Update({AnswerTopic::kUpdateDelta});
  EXPECT_EQ(audience_.UnheardOf(kId), (Unheard{.accepted = true, .documents = true}));
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
