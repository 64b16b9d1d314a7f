#include "plugin/link.h"

#include <string>
#include <vector>

#include "tests/plugin/linked.h"

namespace plugin {
namespace {

using proto::CommandResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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
  link_.Receive(later_, proto::EncodeHello({.life = 5}), 1);
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

TEST_F(LinkTest, AChangeOfTheRegistryIsAnsweredWithTheTurn) {
  const proto::RegistryCommand change{{{1, "lamp", "{}"}}};
  link_.Receive(service_, proto::EncodeCommand({.id = 7, .what = change}), 0);
  link_.Receive(service_,
                proto::EncodeCommand({.id = 8, .what = proto::RegistryCommand{.reload = true}}), 0);
  EXPECT_THAT(broker_.batches, IsEmpty());
  link_.Tick(1);
  ASSERT_GE(broker_.batches.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    const auto reply = proto::DecodeCommandReply(broker_.batches[i].payload);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(*reply, (proto::CommandReply{.id = 7 + i, .text = "0"}));
  }
}

TEST_F(LinkTest, WhatOneSessionChangedIsToldInNoOther) {
  const proto::RegistryCommand change{{{1, "lamp", "{}"}}};
  link_.Receive(service_, proto::EncodeCommand({.id = 7, .what = change}), 0);
  link_.Receive(later_, proto::EncodeHello({.life = 5}), 1);
  link_.Tick(2);
  ASSERT_EQ(broker_.batches.size(), 1u);  // the greeting
  EXPECT_FALSE(proto::IsCommandReply(broker_.batches[0].payload));
}

TEST_F(LinkTest, AHostileChangeOfTheRegistryIsRefusedByName) {
  const std::vector<proto::RegistryCommand::Change> many(proto::kRegistryChangesMax + 1, {1, "x"});
  link_.Receive(service_, proto::EncodeCommand({.id = 7, .what = proto::RegistryCommand{many}}), 0);
  EXPECT_EQ(status_.bad_envelopes, 1u);
  EXPECT_THAT(broker_.lines.back(), HasSubstr("a registry command: 1001 changes; at most 1000"));
  link_.Tick(1);
  for (const auto& batch : broker_.batches) EXPECT_FALSE(proto::IsCommandReply(batch.payload));
}

TEST_F(LinkTest, WhoHasBeenTakenOverIsCutAndNobodyElse) {
  const uint64_t number = connections_.Add(device_, {}, /*service=*/false).number;
  EXPECT_EQ(ResultOf(proto::DisconnectCommand{.client_id = "device", .taken_over = number + 1}),
            CommandResult::kNoSuchClient);
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  EXPECT_EQ(ResultOf(proto::DisconnectCommand{.client_id = "device", .taken_over = number}),
            CommandResult::kDone);
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
  EXPECT_EQ(connections_.Remove(device_.handle)->reason, DisconnectReason::kDuplicateClientId);
}

// Two connections of the service, of which the later has the link.
class LinkTakenOverTest : public LinkTest {
 protected:
  LinkTakenOverTest() {
    requests_.Take({}, proto::ParseTopic("$aws/things/T/shadow/get"), "", 0);
    link_.Receive(later_, proto::EncodeHello({.life = 6, .has_others = true}), 1);
  }
};

TEST_F(LinkTakenOverTest, WhatTheOldOneSaysHasNoEffect) {
  broker_.lines.clear();
  link_.Receive(service_, AnswerTo(1), 2);
  link_.Receive(service_, NewsOf(6, 1), 2);
  link_.Receive(service_, NewsOf(5, 1), 2);
  link_.Receive(
      service_,
      proto::EncodeCommand({.id = 7, .what = proto::PublishCommand{.topic = "a", .payload = "x"}}),
      2);
  link_.Receive(service_, "garbage", 2);
  EXPECT_EQ(requests_.waiting(), 1u);
  EXPECT_THAT(broker_.published, IsEmpty());
  EXPECT_THAT(broker_.batches, IsEmpty());
  EXPECT_EQ(status_.stray_envelopes, 5u);
  EXPECT_EQ(status_.bad_envelopes, 0u);
  EXPECT_THAT(broker_.lines,
              ElementsAre(HasSubstr("has not the link was dropped: $shadow/link/1")));

  link_.Receive(later_, AnswerTo(1), 3);
  EXPECT_EQ(requests_.waiting(), 0u);
  EXPECT_THAT(broker_.published, ElementsAre("$aws/things/T/shadow/get/accepted {}"));
  EXPECT_EQ(status_.stray_envelopes, 5u);
}

TEST_F(LinkTakenOverTest, PiecesOfTheOldOneDisturbNothing) {
  const std::string answer = AnswerTo(1);
  link_.ReceivePiece(later_.handle, absl::string_view(answer).substr(0, 20));
  link_.ReceivePiece(service_.handle, "piece");
  // It would be a hello, if its beginning had not been in the piece before.
  link_.Receive(service_, proto::EncodeHello({.life = 5}), 2);
  link_.Receive(later_, absl::string_view(answer).substr(20), 2);
  EXPECT_EQ(requests_.waiting(), 0u);
  EXPECT_EQ(status_.stray_envelopes, 1u);
  EXPECT_EQ(status_.bad_envelopes, 0u);
}

TEST_F(LinkTakenOverTest, WhatTheOldOneHadBegunBeforeIsDroppedWhole) {
  link_.ReceivePiece(later_.handle, "piece");
  link_.Receive(service_, proto::EncodeHello({.life = 5}), 2);
  link_.Receive(later_, proto::EncodeHello({.life = 6}), 2);
  EXPECT_EQ(status_.stray_envelopes, 1u);
  link_.Receive(service_, AnswerTo(1), 2);
  EXPECT_EQ(requests_.waiting(), 0u);
  link_.Receive(later_, proto::EncodeHello({.life = 6}), 2);
  link_.Receive(service_, AnswerTo(1), 2);
  EXPECT_EQ(status_.stray_envelopes, 2u);
}

TEST_F(LinkTakenOverTest, TheOldOneDoesNotHideThatTheLaterIsSilent) {
  const int64_t now_us = options_.link_timeout_ms * 1000 + 10;
  requests_.Take({}, proto::ParseTopic("$aws/things/T/shadow/get"), "", 2);
  requests_.GiveUpOverdue(now_us);
  ASSERT_EQ(requests_.waiting(), 0u);
  requests_.Take({}, proto::ParseTopic("$aws/things/T/shadow/get"), "", now_us);
  link_.Receive(service_, AnswerTo(1), now_us);
  requests_.Take({}, proto::ParseTopic("$aws/things/T/shadow/get"), "", now_us);
  EXPECT_EQ(status_.refused_away, 1u);
}

}  // namespace
}  // namespace plugin
