#include "plugin/others/others.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

using proto::Taken;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kLife = 5;
constexpr uint64_t kOrigin = 7;

class OthersTest : public testing::Test {
 protected:
  OthersTest() { Hello(kLife); }

  void Hello(uint64_t life, bool has_others = true) {
    others_.Greet({.life = life, .has_others = has_others});
  }
  // The sequences of one piece of news that are published.
  std::vector<uint64_t> Published(uint64_t number, std::vector<uint64_t> sequences,
                                  uint64_t origin = kOrigin, uint64_t life = kLife,
                                  bool replayed = false) {
    proto::News news{.life = life, .number = number, .origin = origin};
    for (const uint64_t sequence : sequences) {
      news.items.push_back(
          {.sequence = sequence, .replayed = replayed, .id = {"T", ""}, .messages = {}});
    }
    std::vector<uint64_t> published;
    current_ = others_.Take(
        news, [&](const proto::NewsItem& item) { published.push_back(item.sequence); });
    return published;
  }

  Others others_;
  bool current_ = true;  // whether the last news were of the life that said hello
};

TEST_F(OthersTest, NewsArePublishedInOrder) {
  EXPECT_THAT(Published(1, {1, 2, 4}), ElementsAre(1, 2, 4));
  EXPECT_THAT(Published(3, {5, 0}), ElementsAre(5, 0));
  EXPECT_EQ(others_.repeated(), 0u);
}

TEST_F(OthersTest, WhatIsSentAgainIsNotPublishedAgain) {
  Published(3, {1, 0});
  Hello(kLife);
  EXPECT_THAT(Published(3, {1, 0}), IsEmpty());
  EXPECT_TRUE(current_);
  EXPECT_THAT(Published(4, {2}), ElementsAre(2));
  EXPECT_EQ(others_.repeated(), 2u);
}

TEST_F(OthersTest, WhatAnotherLifeWordsAgainIsNotPublishedAgain) {
  Published(9, {1, 2, 3});
  Hello(kLife + 1);
  EXPECT_THAT(Published(1, {2, 3, 4}, kOrigin, kLife + 1), ElementsAre(4));
  EXPECT_THAT(Published(2, {4, 0}, kOrigin, kLife + 1), ElementsAre(0));
  EXPECT_EQ(others_.repeated(), 3u);
}

TEST_F(OthersTest, WhatWasAppliedBeforeThePluginsFirstLifeOrInItIsNotReplayedToIt) {
  EXPECT_THAT(Published(1, {1, 2}, kOrigin, kLife, /*replayed=*/true), IsEmpty());
  EXPECT_EQ(others_.repeated(), 2u);
  EXPECT_THAT(Published(2, {3}), ElementsAre(3));
  Hello(kLife + 1);
  EXPECT_THAT(Published(1, {3, 4}, kOrigin, kLife + 1, /*replayed=*/true), ElementsAre(4));
}

TEST_F(OthersTest, EachOriginHasSequencesOfItsOwn) {
  Published(1, {9});
  EXPECT_THAT(Published(2, {1}, kOrigin + 1), ElementsAre(1));
  EXPECT_THAT(Published(3, {9}), IsEmpty());
  EXPECT_THAT(Published(4, {0}, /*origin=*/0), ElementsAre(0));
  EXPECT_THAT(Published(5, {0}, /*origin=*/0), ElementsAre(0));
}

TEST_F(OthersTest, TheOriginsHeardLastAreRemembered) {
  uint64_t number = 0;
  Published(++number, {1}, 1);
  for (uint64_t origin = 2; origin <= Others::kOriginsMax; ++origin) {
    Published(++number, {1}, origin);
  }
  EXPECT_THAT(Published(++number, {1}, 1), IsEmpty());  // so it is not the one heard first
  EXPECT_THAT(Published(++number, {1}, Others::kOriginsMax + 1), ElementsAre(1));
  EXPECT_THAT(Published(++number, {1}, 1), IsEmpty());
  EXPECT_THAT(Published(++number, {1}, 2), ElementsAre(1));
}

TEST_F(OthersTest, NewsOfAnotherLifeAreNone) {
  Hello(kLife + 1);
  EXPECT_THAT(Published(1, {1}), IsEmpty());
  EXPECT_FALSE(current_);
  EXPECT_THAT(Published(1, {1}, kOrigin, kLife + 1), ElementsAre(1));
  Others unheard_of;
  EXPECT_FALSE(unheard_of.Take({.life = kLife, .number = 1}, [](const proto::NewsItem&) {}));
}

TEST_F(OthersTest, WhatIsTakenIsToldAfterAHelloAndWhenItHasChanged) {
  EXPECT_EQ(others_.TakeConfirmation(), (Taken{.life = kLife}));
  EXPECT_EQ(others_.TakeConfirmation(), std::nullopt);
  Published(3, {1});
  Published(4, {});
  EXPECT_EQ(others_.TakeConfirmation(), (Taken{.life = kLife, .number = 4}));
  Published(4, {1});
  EXPECT_EQ(others_.TakeConfirmation(), std::nullopt);
  Hello(kLife);
  EXPECT_EQ(others_.TakeConfirmation(), (Taken{.life = kLife, .number = 4}));
  Hello(kLife + 1);
  EXPECT_EQ(others_.TakeConfirmation(), (Taken{.life = kLife + 1}));
}

TEST_F(OthersTest, WithoutOthersNothingIsTold) {
  Hello(kLife, /*has_others=*/false);
  EXPECT_FALSE(others_.are_there());
  Published(3, {1});
  others_.Published("$aws/events/a", "{}");
  EXPECT_EQ(others_.TakeConfirmation(), std::nullopt);
  EXPECT_THAT(others_.TakeEvents(77), IsEmpty());
}

std::vector<std::pair<std::string, std::string>> EventsIn(const std::string& envelope) {
  std::vector<std::pair<std::string, std::string>> events;
  const auto decoded = proto::DecodeEvents(envelope);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  for (const auto& event : *decoded) events.emplace_back(event.topic, event.payload);
  return events;
}

TEST_F(OthersTest, TheEventsOfATurnGoTogether) {
  others_.Published("$aws/events/a", "{}");
  others_.Published("$aws/events/b", "");
  const auto envelopes = others_.TakeEvents(77);
  ASSERT_EQ(envelopes.size(), 1u);
  EXPECT_THAT(EventsIn(envelopes[0]),
              ElementsAre(std::pair("$aws/events/a", "{}"), std::pair("$aws/events/b", "")));
  EXPECT_THAT(others_.TakeEvents(77), IsEmpty());
}

TEST_F(OthersTest, ManyEventsGoInSeveralEnvelopes) {
  const std::string payload(100'000, 'x');
  for (int i = 0; i < 15; ++i) others_.Published(absl::StrCat("$aws/events/", i), payload);
  const auto envelopes = others_.TakeEvents(77);
  int told = 0;
  for (const std::string& envelope : envelopes) {
    EXPECT_LT(envelope.size(), 700u * 1024);
    for (const auto& event : EventsIn(envelope)) {
      EXPECT_EQ(event.first, absl::StrCat("$aws/events/", told++));
    }
  }
  EXPECT_EQ(told, 15);
  EXPECT_EQ(envelopes.size(), 3u);
}

TEST_F(OthersTest, AnEventThatCannotBeToldTakesNoOtherWithIt) {
  others_.Published("$aws/events/a\x01", "{}");
  others_.Published("$aws/events/b", "{}");
  EXPECT_THAT(EventsIn(others_.TakeEvents(77)[0]), ElementsAre(std::pair("$aws/events/b", "{}")));
}

TEST_F(OthersTest, OfTheTimeWithoutTheServiceNothingIsTold) {
  others_.Published("$aws/events/a", "{}");
  others_.ServiceIsGone();
  others_.Published("$aws/events/b", "{}");
  Hello(kLife);
  EXPECT_THAT(others_.TakeEvents(77), IsEmpty());
}

}  // namespace
}  // namespace plugin
