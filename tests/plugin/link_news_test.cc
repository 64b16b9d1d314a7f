// The plugin's end of the link, of news (docs/link-format.md).
#include <algorithm>
#include <string>
#include <vector>

#include "tests/plugin/linked.h"

namespace plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LinkNewsTest : public LinkTest {
 protected:
  LinkNewsTest() { Hello(6); }

  void Hello(uint64_t life, bool has_others = true) {
    link_.Receive(service_, proto::EncodeHello({.life = life, .has_others = has_others}), 1);
  }
  // What this turn has told the service to be taken.
  std::vector<proto::Taken> TakenInATurn() {
    broker_.batches.clear();
    link_.Tick(1);
    std::vector<proto::Taken> all;
    for (const auto& batch : broker_.batches) {
      if (!proto::IsTaken(batch.payload)) continue;
      const auto taken = proto::DecodeTaken(batch.payload);
      EXPECT_TRUE(taken.ok()) << taken.status();
      all.push_back(*taken);
    }
    return all;
  }
};

TEST_F(LinkNewsTest, NewsArePublishedAndConfirmedOnceATurn) {
  EXPECT_THAT(TakenInATurn(), ElementsAre(proto::Taken{.life = 6}));
  EXPECT_EQ(broker_.arrivals.back().behind, 0u);
  EXPECT_THAT(TakenInATurn(), IsEmpty());
  link_.Receive(service_, NewsOf(6, 1, "1"), 2);
  link_.Receive(service_, NewsOf(6, 3, "3"), 2);
  EXPECT_THAT(broker_.published, ElementsAre("$aws/things/T/shadow/update/delta 1",
                                             "$aws/things/T/shadow/update/delta 3"));
  EXPECT_THAT(TakenInATurn(), ElementsAre(proto::Taken{.life = 6, .number = 3}));
  EXPECT_EQ(status_.news, 2u);
}

TEST_F(LinkNewsTest, WhatIsAskedAgainStandsBeforeWhatWasTaken) {
  const std::string payload(700'000, 'x');
  for (int i = 0; i < 3; ++i) {
    requests_.Take({}, proto::ParseTopic("$aws/things/T/shadow/update"), payload, 1);
  }
  broker_.batches.clear();
  link_.Tick(1);
  ASSERT_GT(broker_.batches.size(), 3u);  // arrivals, and the requests in several envelopes
  const auto is_taken = [](const auto& batch) { return proto::IsTaken(batch.payload); };
  EXPECT_TRUE(is_taken(broker_.batches.back()));
  EXPECT_EQ(std::count_if(broker_.batches.begin(), broker_.batches.end(), is_taken), 1);
}

TEST_F(LinkNewsTest, NewsThatAreSentAgainAreCountedAndConfirmed) {
  link_.Receive(service_, NewsOf(6, 3), 2);
  Hello(6);
  link_.Receive(service_, NewsOf(6, 3), 2);
  EXPECT_EQ(broker_.published.size(), 1u);
  EXPECT_EQ(status_.news, 1u);
  EXPECT_EQ(status_.news_repeated, 1u);
  EXPECT_THAT(TakenInATurn(), ElementsAre(proto::Taken{.life = 6, .number = 3}));
}

TEST_F(LinkNewsTest, NewsOfAnotherLifeAreCountedAndNotConfirmed) {
  link_.Receive(service_, NewsOf(5, 3), 2);
  EXPECT_THAT(broker_.published, IsEmpty());
  EXPECT_EQ(status_.stray_envelopes, 1u);
  EXPECT_THAT(broker_.lines.back(), HasSubstr("news of another life"));
  EXPECT_THAT(TakenInATurn(), ElementsAre(proto::Taken{.life = 6}));
}

TEST_F(LinkNewsTest, DamagedNewsHaveNoEffect) {
  link_.Receive(service_, NewsOf(6, 3) + "x", 2);
  EXPECT_THAT(broker_.published, IsEmpty());
  EXPECT_EQ(status_.bad_envelopes, 1u);
  EXPECT_THAT(TakenInATurn(), ElementsAre(proto::Taken{.life = 6}));
}

TEST_F(LinkNewsTest, EventsOfTheTurnAreTold) {
  link_.Published("$aws/events/presence/connected/a", "{}");
  link_.TellEvents();
  ASSERT_EQ(broker_.batches.size(), 1u);
  EXPECT_EQ(proto::DecodeEvents(broker_.batches[0].payload)->size(), 1u);
  link_.TellEvents();
  EXPECT_EQ(broker_.batches.size(), 1u);
}

TEST_F(LinkNewsTest, WithoutOthersNothingIsTold) {
  Hello(6, /*has_others=*/false);
  link_.Published("$aws/events/presence/connected/a", "{}");
  link_.TellEvents();
  EXPECT_THAT(broker_.batches, IsEmpty());
  EXPECT_THAT(TakenInATurn(), IsEmpty());
}

}  // namespace
}  // namespace plugin
