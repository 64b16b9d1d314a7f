#include "plugin/audience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
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

// Of a service of several brokers.
class AudienceTellingTest : public AudienceTest {
 protected:
  AudienceTellingTest() {
    audience_.BeginTelling();
    Update({AnswerTopic::kUpdateAccepted});
  }

  // "T: documents delta", "T over: delta", "all over: accepted".
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    for (const std::string& envelope : audience_.TakeHearings(7)) {
      const auto hearings = proto::DecodeHearings(envelope);
      EXPECT_TRUE(hearings.ok()) << hearings.status();
      for (const proto::Hearing& one : *hearings) {
        told.push_back(absl::StrCat(
            one.id.thing.empty() ? "all" : one.id.thing, one.id.name.empty() ? "" : "/",
            one.id.name, one.is_over ? " over:" : ":", one.unheard.accepted ? " accepted" : "",
            one.unheard.documents ? " documents" : "", one.unheard.delta ? " delta" : ""));
      }
    }
    return told;
  }

  int64_t now_us_ = 1'000;
};

TEST_F(AudienceTellingTest, WhatNobodyHearsIsToldOnceItIsAskedFor) {
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_EQ(audience_.TellUnheardOf(kId, now_us_), (Unheard{.documents = true, .delta = true}));
  EXPECT_EQ(audience_.TellUnheardOf(kId, now_us_), (Unheard{.documents = true, .delta = true}));
  EXPECT_EQ(audience_.TellUnheardOf({"U", ""}, now_us_), Unheard());
  EXPECT_THAT(Told(), ElementsAre("T: documents delta"));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(AudienceTellingTest, WithASubscriptionToTheThingItIsOver) {
  audience_.TellUnheardOf(kId, now_us_);
  audience_.Subscribed("$aws/things/U/shadow/update/delta");
  audience_.Subscribed("$aws/things/T/shadow/update/accepted");  // nobody was told of that one
  audience_.Subscribed("$share/g/$aws/things/T/shadow/update/delta");
  audience_.Subscribed("$aws/things/T/shadow/update/delta");
  EXPECT_THAT(Told(), ElementsAre("T: documents delta", "T over: delta"));
  Update({});
  audience_.TellUnheardOf(kId, now_us_);
  EXPECT_THAT(Told(), ElementsAre("T: accepted delta"));
}

TEST_F(AudienceTellingTest, WithASubscriptionToAllThingsItIsOverForAll) {
  audience_.TellUnheardOf(kId, now_us_);
  audience_.Subscribed("$aws/things/+/shadow/update/delta");
  audience_.Subscribed("$aws/things/+/shadow/update/delta");
  audience_.Subscribed("$aws/things/T/shadow/update/delta");
  EXPECT_THAT(Told(), ElementsAre("T: documents delta", "all over: delta"));
  audience_.Subscribed("$aws/#");
  EXPECT_THAT(Told(), ElementsAre("all over: documents"));
  Update({AnswerTopic::kUpdateDelta});
  audience_.TellUnheardOf(kId, now_us_);
  EXPECT_THAT(Told(), ElementsAre("T: accepted documents"));
}

TEST_F(AudienceTellingTest, WhatIsHeardAfterAllIsOver) {
  audience_.TellUnheardOf(kId, now_us_);
  audience_.Published(kId, AnswerTopic::kUpdateDelta);
  audience_.Asked(kId, AnswerTopic::kUpdateDelta);
  audience_.Asked(kId, AnswerTopic::kUpdateDelta);
  EXPECT_THAT(Told(), ElementsAre("T: documents delta", "T over: delta"));
}

TEST_F(AudienceTellingTest, WhatIsPublishedForNothingIsNotToldAgain) {
  audience_.TellUnheardOf(kId, now_us_);
  Update({AnswerTopic::kUpdateAccepted});
  audience_.TellUnheardOf(kId, now_us_);
  EXPECT_THAT(Told(), ElementsAre("T: documents delta"));
}

TEST_F(AudienceTellingTest, WhatIsSentForNothingAfterLongIsToldAgain) {
  audience_.TellUnheardOf(kId, now_us_);
  now_us_ += 9'999'999;
  audience_.TellUnheardOf(kId, now_us_);
  EXPECT_THAT(Told(), ElementsAre("T: documents delta"));
  now_us_ += 1;
  audience_.TellUnheardOf(kId, now_us_);
  audience_.TellUnheardOf(kId, now_us_);
  EXPECT_THAT(Told(), ElementsAre("T: documents delta"));
}

TEST_F(AudienceTellingTest, ANewServiceIsToldAgain) {
  audience_.TellUnheardOf(kId, now_us_);
  audience_.EndTelling();
  EXPECT_EQ(audience_.TellUnheardOf(kId, now_us_), (Unheard{.documents = true, .delta = true}));
  audience_.Subscribed("$aws/things/+/shadow/update/documents");
  EXPECT_THAT(Told(), IsEmpty());
  audience_.BeginTelling();
  audience_.Subscribed("$aws/things/T/shadow/update/accepted");  // it has been told nothing yet
  audience_.TellUnheardOf(kId, now_us_);
  EXPECT_THAT(Told(), ElementsAre("T: delta"));
}

TEST(AudienceTelling, WhatIsForgottenIsOver) {
  Audience audience(/*shadows_max=*/2);
  audience.BeginTelling();
  for (const absl::string_view thing : {"T", "U"}) {
    audience.Published({thing, ""}, AnswerTopic::kUpdateDelta);
  }
  audience.Tick();
  audience.TellUnheardOf({"T", ""}, 0);
  audience.Published({"V", ""}, AnswerTopic::kUpdateDelta);
  audience.Subscribed("$aws/things/T/shadow/update/delta");
  const auto envelopes = audience.TakeHearings(7);
  ASSERT_EQ(envelopes.size(), 1u);
  const auto hearings = proto::DecodeHearings(envelopes[0]);
  ASSERT_EQ(hearings->size(), 2u);
  EXPECT_TRUE((*hearings)[1].is_over);
  EXPECT_EQ((*hearings)[1].id.thing, "");
  EXPECT_EQ((*hearings)[1].unheard, Unheard{.delta = true});
}

TEST(AudienceTelling, ManyGoInSeveralEnvelopes) {
  Audience audience;
  audience.BeginTelling();
  for (int i = 0; i < 4001; ++i) {
    audience.Published({absl::StrCat("T", i), ""}, AnswerTopic::kUpdateDelta);
  }
  audience.Tick();
  for (int i = 0; i < 4001; ++i) audience.TellUnheardOf({absl::StrCat("T", i), ""}, 0);
  const auto envelopes = audience.TakeHearings(7);
  EXPECT_EQ(envelopes.size(), 3u);
  size_t told = 0;
  for (const std::string& envelope : envelopes) told += proto::DecodeHearings(envelope)->size();
  EXPECT_EQ(told, 4001u);
}

}  // namespace
}  // namespace plugin
