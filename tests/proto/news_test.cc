#include "proto/news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace proto {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string TwoItems() {
  NewsWriter writer(0x0102030405060708, 9, 7);
  const std::vector<LinkMessage> messages = {{AnswerTopic::kUpdateAccepted, "{}"},
                                             {AnswerTopic::kUpdateDelta, ""}};
  writer.Add({.sequence = 3, .replayed = true, .id = {"T", ""}, .messages = messages});
  writer.Add({.id = {"Th", "S"}, .messages = {}});
  EXPECT_EQ(writer.items(), 2u);
  const size_t bytes = writer.bytes();
  std::string envelope = std::move(writer).Finish();
  EXPECT_EQ(envelope.size(), bytes);
  return envelope;
}

const std::vector<PublishedEvent> kEvents = {{"$aws/events/presence/connected/a", "{}"},
                                             {"$aws/events/x", ""}};

TEST(News, HasTheDocumentedBytes) {  // docs/link-format.md
  EXPECT_EQ(TwoItems(), std::string("SL\x0D\x0C\x02\0\0\0\x07\0\0\0\0\0\0\0"
                                    "\x08\x07\x06\x05\x04\x03\x02\x01\x09\0\0\0\0\0\0\0"
                                    "\x03\0\0\0\0\0\0\0\x01\x01\0\x02\0T"
                                    "\0\0\0\0\x02\0\0\0{}\x02\0\0\0\0\0\0\0"
                                    "\0\0\0\0\0\0\0\0\0\x02\x01\0\0ThS",
                                    80));
  EXPECT_EQ(EncodeTaken(7, {.life = 5, .number = 6}),
            std::string("SL\x0D\x0E\0\0\0\0\x07\0\0\0\0\0\0\0"
                        "\x05\0\0\0\0\0\0\0\x06\0\0\0\0\0\0\0",
                        32));
  EXPECT_EQ(EncodeEvents(7, kEvents), std::string("SL\x0D\x0D\x02\0\0\0\x07\0\0\0\0\0\0\0"
                                                  "\x20\0$aws/events/presence/connected/a"
                                                  "\x02\0\0\0{}\x0D\0$aws/events/x\0\0\0\0",
                                                  75));
}

TEST(News, ComesBackAsItWent) {
  const std::string bytes = TwoItems();
  EXPECT_TRUE(IsNews(bytes));
  const auto news = DecodeNews(bytes);
  ASSERT_TRUE(news.ok()) << news.status();
  EXPECT_EQ(news->life, 0x0102030405060708u);
  EXPECT_EQ(news->number, 9u);
  EXPECT_EQ(news->origin, 7u);
  ASSERT_EQ(news->items.size(), 2u);
  EXPECT_EQ(news->items[0].sequence, 3u);
  EXPECT_TRUE(news->items[0].replayed);
  EXPECT_EQ(news->items[0].id, (shadow::ShadowId{"T", ""}));
  ASSERT_EQ(news->items[0].messages.size(), 2u);
  EXPECT_EQ(news->items[0].messages[0].topic, AnswerTopic::kUpdateAccepted);
  EXPECT_EQ(news->items[0].messages[0].payload, "{}");
  EXPECT_EQ(news->items[0].messages[1].topic, AnswerTopic::kUpdateDelta);
  EXPECT_EQ(news->items[0].messages[1].payload, "");
  EXPECT_EQ(news->items[1].sequence, 0u);
  EXPECT_FALSE(news->items[1].replayed);
  EXPECT_EQ(news->items[1].id, (shadow::ShadowId{"Th", "S"}));
  EXPECT_THAT(news->items[1].messages, IsEmpty());
}

TEST(News, MayHoldNothing) {
  const auto news = DecodeNews(NewsWriter(1, 2, 0).Finish());
  ASSERT_TRUE(news.ok()) << news.status();
  EXPECT_THAT(news->items, IsEmpty());
}

TEST(News, IsOfALifeAndNumbered) {
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeNews(NewsWriter(0, 2, 7).Finish()).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeNews(NewsWriter(1, 0, 7).Finish()).status()));
}

TEST(News, OfNoOriginAnswersNoRequest) {
  NewsWriter writer(1, 2, 0);
  writer.Add({.sequence = 3, .id = {"T", ""}, .messages = {}});
  EXPECT_THAT(std::string(DecodeNews(std::move(writer).Finish()).status().message()),
              HasSubstr("item 0: of a request of no epoch"));
}

TEST(News, NamesAreCheckedOnArrival) {
  for (const shadow::ShadowId& bad :
       {shadow::ShadowId{"a/b", ""}, shadow::ShadowId{"", ""}, shadow::ShadowId{"T", "a b"}}) {
    NewsWriter writer(1, 2, 0);
    writer.Add({.id = {"T", "S"}, .messages = {}});
    writer.Add({.id = bad, .messages = {}});
    EXPECT_THAT(std::string(DecodeNews(std::move(writer).Finish()).status().message()),
                HasSubstr("item 1: a thing or shadow name breaks its pattern"));
  }
}

TEST(News, IsReplayedOrNot) {
  std::string bytes = TwoItems();
  bytes[40] = 2;
  EXPECT_THAT(std::string(DecodeNews(bytes).status().message()),
              HasSubstr("item 0: replayed is neither 0 nor 1"));
}

TEST(News, HasNothingForTheAskerAlone) {
  for (const auto topic : {AnswerTopic::kAccepted, AnswerTopic::kRejected}) {
    NewsWriter writer(1, 2, 7);
    writer.Add({.sequence = 3, .id = {"T", ""}, .messages = {{topic, "{}"}}});
    EXPECT_THAT(std::string(DecodeNews(std::move(writer).Finish()).status().message()),
                HasSubstr("item 0: an unknown topic"));
  }
}

TEST(Taken, ComesBackAsItWent) {
  const std::string bytes = EncodeTaken(7, {.life = 5, .number = 6});
  EXPECT_TRUE(IsTaken(bytes));
  EXPECT_EQ(*DecodeTaken(bytes), (Taken{.life = 5, .number = 6}));
  EXPECT_EQ(*DecodeTaken(EncodeTaken(7, {.life = 5})), (Taken{.life = 5}));
}

TEST(Taken, IsOfAnEpochAndALife) {
  EXPECT_FALSE(DecodeTaken(EncodeTaken(0, {.life = 5})).ok());
  EXPECT_FALSE(DecodeTaken(EncodeTaken(7, {.number = 6})).ok());
  std::string counted = EncodeTaken(7, {.life = 5});
  counted[4] = 1;
  EXPECT_FALSE(DecodeTaken(counted).ok());
}

TEST(Events, ComeBackAsTheyWent) {
  const std::string bytes = EncodeEvents(7, kEvents);
  EXPECT_TRUE(IsEvents(bytes));
  const auto events = DecodeEvents(bytes);
  ASSERT_TRUE(events.ok()) << events.status();
  EXPECT_THAT(*events, ElementsAre(kEvents[0], kEvents[1]));
}

TEST(Events, AreOfAnEpochAndLifecycleEvents) {
  EXPECT_FALSE(DecodeEvents(EncodeEvents(0, kEvents)).ok());
  for (const absl::string_view topic :
       {"", "a", "$aws/things/T/shadow/update", "$aws/events/+", "$aws/events/\n"}) {
    EXPECT_FALSE(DecodeEvents(EncodeEvents(7, {{topic, "{}"}})).ok()) << topic;
  }
}

std::vector<std::string> NewsOfEachKind() {
  return {TwoItems(), EncodeTaken(7, {.life = 5, .number = 6}), EncodeEvents(7, kEvents)};
}

int DecodedAs(absl::string_view bytes) {
  return DecodeNews(bytes).ok() + DecodeTaken(bytes).ok() + DecodeEvents(bytes).ok();
}

TEST(News, OfAnyOtherLengthAreRefused) {
  for (const std::string& whole : NewsOfEachKind()) {
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(DecodedAs(absl::string_view(whole).substr(0, size)), 0) << size;
    }
    EXPECT_EQ(DecodedAs(whole), 1);
    EXPECT_EQ(DecodedAs(whole + "x"), 0);
  }
}

TEST(News, AbsurdCountsAreRefusedBeforeAnythingIsReserved) {
  for (std::string bytes : NewsOfEachKind()) {
    for (size_t i = 4; i < 8; ++i) bytes[i] = '\xFF';
    EXPECT_EQ(DecodedAs(bytes), 0);
  }
}

TEST(News, DamageNeverCrashes) {
  constexpr unsigned kSeed = 20261130;
  std::mt19937 random(kSeed);
  const std::vector<std::string> all = NewsOfEachKind();
  for (size_t round = 0; round < 20'000; ++round) {
    std::string bytes = all[round % all.size()];
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)DecodedAs(bytes);
  }
}

}  // namespace
}  // namespace proto
