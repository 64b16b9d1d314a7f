// What goes on at other brokers, as the whole plugin takes it; that of plugin/others/ itself is
// others_test.cc.
#include "proto/news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/plugin.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "proto/hearing.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using proto::AnswerTopic;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr uint64_t kNewsLife = 6;
constexpr absl::string_view kNewsSecret = "0123456789abcdef";
constexpr absl::string_view kDeltaHere = "$aws/things/T/shadow/update/delta";

class NewsTest : public testing::Test {
 protected:
  NewsTest() { SayHello(plugin_, /*has_others=*/true); }

  void SayHello(Plugin& plugin, bool has_others) {
    EXPECT_TRUE(
        plugin.Connect(service_, {.address = "127.0.0.1"}, proto::kServiceUser, kNewsSecret, 0));
    EXPECT_TRUE(plugin.MayPublish(service_, proto::kAnswersTopic, false));
    Tell(plugin, proto::EncodeHello({.life = kNewsLife, .has_others = has_others}));
    plugin.Tick(0);
    broker_.batches.clear();
    broker_.published.clear();
  }
  void Tell(Plugin& plugin, absl::string_view envelope) {
    plugin.Message(service_, proto::kAnswersTopic, envelope, 0);
  }
  // An update elsewhere that has caused these messages.
  void Hear(Plugin& plugin, std::vector<AnswerTopic> topics) {
    proto::NewsWriter news(kNewsLife, ++number_, /*origin=*/9);
    std::vector<proto::LinkMessage> messages;
    for (const AnswerTopic topic : topics) messages.push_back({topic, "{}"});
    news.Add({.sequence = number_, .id = {"T", ""}, .messages = messages});
    Tell(plugin, std::move(news).Finish());
  }
  std::vector<std::string> EventTopics() {
    std::vector<std::string> topics;
    for (const auto& batch : broker_.batches) {
      if (!proto::IsEvents(batch.payload)) continue;
      const auto events = proto::DecodeEvents(batch.payload);
      EXPECT_TRUE(events.ok()) << events.status();
      for (const auto& event : *events) topics.emplace_back(event.topic);
    }
    return topics;
  }

  std::vector<std::string> Hearings() {
    std::vector<std::string> told;
    for (const auto& batch : broker_.batches) {
      if (proto::IsHearings(batch.payload)) told.push_back(batch.payload);
    }
    return told;
  }

  RecordingBroker broker_;
  Options options_{.link_secret_file = "unused", .faults = true, .skip_unheard = true};
  Plugin plugin_{options_, std::string(kNewsSecret), /*epoch=*/77, broker_, 0};
  uint64_t number_ = 0;
  int handles_[2];
  const Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  const Client device_{.handle = &handles_[1], .id = "device"};
};

TEST_F(NewsTest, WhatNobodyHearsHereIsNotPublishedUntilSomebodySubscribes) {
  Hear(plugin_, {AnswerTopic::kUpdateAccepted, AnswerTopic::kUpdateDelta});
  EXPECT_EQ(broker_.published.size(), 2u);
  plugin_.MayReceive(device_, "$aws/things/T/shadow/update/accepted", "{}", 1);
  plugin_.Tick(1);
  broker_.published.clear();

  Hear(plugin_, {AnswerTopic::kUpdateAccepted, AnswerTopic::kUpdateDelta});
  EXPECT_THAT(broker_.published, ElementsAre("$aws/things/T/shadow/update/accepted {}"));
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "$aws/things/+/shadow/update/delta"));
  Hear(plugin_, {AnswerTopic::kUpdateDelta});
  EXPECT_THAT(broker_.published.back(), StartsWith(kDeltaHere));
  EXPECT_EQ(plugin_.status().news, 3u);
}

TEST_F(NewsTest, WhoIsNotToSkipTheUnheardPublishesAll) {
  options_.skip_unheard = false;
  Plugin plugin(options_, std::string(kNewsSecret), /*epoch=*/78, broker_, 0);
  SayHello(plugin, /*has_others=*/true);
  for (int i = 0; i < 3; ++i) {
    Hear(plugin, {AnswerTopic::kUpdateDelta});
    plugin.Tick(i);
  }
  EXPECT_EQ(broker_.published.size(), 3u);
  EXPECT_THAT(Hearings(), IsEmpty());
}

TEST_F(NewsTest, TheServiceIsToldWhatNobodyHearsHere) {
  for (int i = 1; i <= 2; ++i) {
    Hear(plugin_, {AnswerTopic::kUpdateDelta});
    EXPECT_THAT(Hearings(), IsEmpty());
    plugin_.Tick(i);
  }
  auto told = Hearings();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(proto::DecodeHearings(told[0])->at(0).unheard, proto::Unheard{.delta = true});
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "$aws/things/T/shadow/update/delta"));
  plugin_.Tick(3);
  told = Hearings();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_TRUE(proto::DecodeHearings(told[1])->at(0).is_over);
}

TEST_F(NewsTest, FaultsAnswerToNewsAsToAnswers) {
  Tell(plugin_,
       proto::EncodeCommand({.id = 1,
                             .what = proto::FaultsCommand{
                                 proto::FaultsCommand::Verb::kStart,
                                 R"({"name":"p","for":"1m","rules":[{"id":"r","on":"answer",)"
                                 R"("where":{"topic":"delta"},"do":"drop"}]})"}}));
  const auto reply = proto::DecodeCommandReply(broker_.batches.back().payload);
  ASSERT_EQ(reply->result, proto::CommandResult::kDone) << reply->text;
  Hear(plugin_, {AnswerTopic::kUpdateAccepted, AnswerTopic::kUpdateDelta});
  EXPECT_THAT(broker_.published, ElementsAre("$aws/things/T/shadow/update/accepted {}"));
}

TEST_F(NewsTest, TheServiceIsToldOfTheEventsOfThisBrokersClients) {
  EXPECT_TRUE(plugin_.Connect(device_, {.address = "127.0.0.1"}, "", "", 1));
  plugin_.Tick(1);
  EXPECT_THAT(EventTopics(), ElementsAre("$aws/events/presence/connected/device"));
  EXPECT_THAT(broker_.published, ElementsAre(HasSubstr("presence/connected/device")));
  broker_.batches.clear();
  Tell(plugin_, proto::EncodeCommand(
                    {.id = 1,
                     .what = proto::PublishCommand{.topic = "$aws/events/presence/connected/other",
                                                   .at_least_once = true,
                                                   .payload = "{}",
                                                   .is_own = true}}));
  plugin_.Tick(2);
  EXPECT_THAT(broker_.published.back(), HasSubstr("connected/other {} by command"));
  EXPECT_THAT(EventTopics(), IsEmpty());
}

TEST_F(NewsTest, WhereThereAreNoOthersEventsStayHere) {
  Plugin alone(options_, std::string(kNewsSecret), /*epoch=*/78, broker_, 0);
  SayHello(alone, /*has_others=*/false);
  EXPECT_TRUE(alone.Connect(device_, {.address = "127.0.0.1"}, "", "", 1));
  alone.Tick(1);
  EXPECT_EQ(broker_.published.size(), 1u);
  EXPECT_THAT(broker_.batches, IsEmpty());
}

}  // namespace
}  // namespace plugin
