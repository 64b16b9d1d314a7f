#include "plugin/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using proto::CommandResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LinkTest : public testing::Test {
 protected:
  LinkTest() { link_.Receive(service_, proto::EncodeHello(), 0); }

  // What the service is told of its command.
  CommandResult ResultOf(const proto::CommandWhat& what) {
    link_.Receive(service_, proto::EncodeCommand({.id = 7, .what = what}), 0);
    const auto reply = proto::DecodeCommandReply(broker_.batches.back().payload);
    EXPECT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->id, 7u);
    return reply->result;
  }

  RecordingBroker broker_;
  const Options options_{.link_secret_file = "unused"};
  Audience audience_;
  proto::PluginStatus status_;
  Warnings warnings_{broker_};
  Connections connections_{broker_};
  Requests requests_{options_, /*epoch=*/77, broker_, audience_, status_, warnings_, 0};
  Link link_{broker_, requests_, connections_, status_};
  int handles_[3];
  const Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  const Client later_{.handle = &handles_[1], .id = "$shadow/link/2"};
  const Client device_{.handle = &handles_[2], .id = "device"};
};

TEST_F(LinkTest, APublishIsObeyedWhereAClientMayPublish) {
  EXPECT_EQ(ResultOf(proto::PublishCommand{.topic = "a/b", .payload = "x"}), CommandResult::kDone);
  EXPECT_EQ(ResultOf(proto::PublishCommand{.topic = "$shadow/link/answers"}),
            CommandResult::kForbidden);
  EXPECT_THAT(broker_.published, ElementsAre("a/b x by command"));
  EXPECT_EQ(requests_.waiting(), 0u);
}

TEST_F(LinkTest, WhatMqttLetsStandInNoTextIsNotPublished) {
  for (const proto::PublishCommand& bad :
       {proto::PublishCommand{.topic = "a/+"}, proto::PublishCommand{.topic = "a\n"},
        proto::PublishCommand{.topic = "a\uFFFF"},
        proto::PublishCommand{.topic = "a", .content_type = "\x1b[2J"},
        proto::PublishCommand{.topic = "a", .response_topic = "r/#"},
        proto::PublishCommand{.topic = "a", .user_properties = {{"k", "v"}, {"\x7f", ""}}}}) {
    EXPECT_EQ(ResultOf(bad), CommandResult::kForbidden) << bad.topic;
  }
  EXPECT_THAT(broker_.published, IsEmpty());
}

TEST_F(LinkTest, APublishedRequestIsTaken) {
  constexpr absl::string_view kGet = "$aws/things/T/shadow/get";
  EXPECT_EQ(ResultOf(proto::PublishCommand{.topic = kGet}), CommandResult::kDone);
  EXPECT_EQ(requests_.waiting(), 1u);
}

TEST_F(LinkTest, AClientIsCutWithTheNextTurn) {
  connections_.Add(device_, {}, /*service=*/false);
  EXPECT_EQ(ResultOf(proto::DisconnectCommand{.client_id = "nobody"}),
            CommandResult::kNoSuchClient);
  EXPECT_EQ(ResultOf(proto::DisconnectCommand{.client_id = "device", .prevent_will = true}),
            CommandResult::kDone);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device without its will"));
}

TEST_F(LinkTest, WhoSaysHelloLastHasTheLink) {
  link_.Receive(later_, proto::EncodeHello(), 1);
  link_.Disconnect(service_.handle, 2);
  link_.Tick(3);
  ASSERT_EQ(broker_.batches.size(), 1u);  // the greeting
  EXPECT_EQ(broker_.batches[0].client_id, later_.id);
  link_.Disconnect(later_.handle, 4);
  EXPECT_THAT(broker_.lines.back(), HasSubstr("the service is gone"));
  link_.Tick(5);
  EXPECT_EQ(broker_.batches.size(), 1u);
}

TEST_F(LinkTest, DamagedCommandsAndAnswersAreCountedAndLogged) {
  const std::string command = proto::EncodeCommand({.id = 1, .what = proto::DisconnectCommand{}});
  link_.Receive(service_, command + "x", 0);
  link_.Receive(service_, "garbage", 0);
  EXPECT_EQ(status_.bad_envelopes, 2u);
  EXPECT_EQ(broker_.lines.size(), 3u);  // with that of the hello
  EXPECT_THAT(broker_.batches, IsEmpty());
}

}  // namespace
}  // namespace plugin
