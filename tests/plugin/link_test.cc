#include "plugin/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using proto::CommandResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LinkTest : public testing::Test {
 protected:
  LinkTest() { link_.Receive(service_, proto::EncodeHello({.life = 5}), 0); }

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
  Observer observer_{broker_, connections_};
  Access access_{options_, nullptr, broker_, status_};
  Link link_{broker_, requests_, connections_, nullptr, observer_, access_, warnings_, status_};
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

std::string AnswerTo(uint64_t sequence) {
  proto::AnswerBatchWriter writer(77);
  writer.BeginAnswer(sequence, {});
  writer.BeginMessage(proto::AnswerTopic::kGetAccepted).append("{}");
  return std::move(writer).Finish();
}

std::string NewsOf(uint64_t life, uint64_t number, absl::string_view payload = "{}") {
  proto::NewsWriter writer(life, number, /*origin=*/9);
  writer.Add({.sequence = number,
              .id = {"T", ""},
              .messages = {{proto::AnswerTopic::kUpdateDelta, payload}}});
  return std::move(writer).Finish();
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

// The arrivals of the envelope that was sent last.
class LinkArrivalsTest : public LinkTest {
 protected:
  proto::ArrivalBatch Last() {
    auto batch = proto::DecodeArrivals(broker_.arrivals.back().payload);
    EXPECT_TRUE(batch.ok()) << batch.status();
    return *std::move(batch);
  }
  void Come(const Client& client, const Identity& identity = {}) {
    connections_.Add(client, identity, /*service=*/false);
  }
  void EndTurn() { connections_.EndTurn(requests_.answered_below()); }

  void Ask(const Client& client) {
    auto* const connection = connections_.Find(client.handle);
    connection->last_request = requests_.Take({.connection = connection->number},
                                              proto::ParseTopic("$aws/things/T/shadow/get"), "", 0);
  }
};

TEST_F(LinkArrivalsTest, AfterAHelloAllThatStandAreToldBeforeTheFirstRequests) {
  broker_.epoch_s = 1'764'000'000;
  Come(device_, {.principal = "cd68",
                 .address = "10.0.0.7",
                 .way = proto::ConnectionWay::kWebSocket,
                 .thing = "lamp"});
  Ask(device_);
  EndTurn();
  link_.Tick(1);
  ASSERT_EQ(broker_.arrivals.size(), 1u);
  EXPECT_EQ(broker_.arrivals[0].behind, 0u);
  ASSERT_EQ(broker_.batches.size(), 1u);
  const auto requests = proto::DecodeRequestBatch(broker_.batches[0].payload)->requests;
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].connection, 1u);
  const auto all = Last();
  EXPECT_EQ(all.epoch, 77u);
  EXPECT_EQ(all.answered_below, 1u);
  EXPECT_TRUE(all.first);
  EXPECT_TRUE(all.last);
  EXPECT_THAT(all.arrivals, ElementsAre(proto::Arrival{.connection = 1,
                                                       .way = proto::ConnectionWay::kWebSocket,
                                                       .since = 1'764'000'000,
                                                       .client_id = "device",
                                                       .principal = "cd68",
                                                       .address = "10.0.0.7",
                                                       .thing = "lamp"}));
}

TEST_F(LinkArrivalsTest, NobodyIsToldOfToo) {
  link_.Tick(1);
  EXPECT_TRUE(Last().first && Last().last);
  EXPECT_THAT(Last().arrivals, IsEmpty());
}

TEST_F(LinkArrivalsTest, ThenComesWhatIsNewOnceATurn) {
  link_.Tick(1);
  EndTurn();
  link_.Tick(2);
  EXPECT_EQ(broker_.arrivals.size(), 1u);
  Come(device_);
  Ask(device_);
  link_.Tick(3);
  EndTurn();
  EXPECT_FALSE(Last().first || Last().last);
  EXPECT_EQ(Last().arrivals.size(), 1u);
  EXPECT_EQ(broker_.arrivals.back().behind, 1u);  // the greeting; the request came after it
  EXPECT_EQ(broker_.batches.size(), 2u);

  broker_.epoch_s = 9;
  connections_.WillBeCut(device_.handle, DisconnectReason::kForbiddenAccess);
  connections_.Remove(device_.handle);
  link_.Tick(4);
  EndTurn();
  ASSERT_EQ(Last().arrivals.size(), 1u);
  EXPECT_EQ(Last().arrivals[0].client_id, "device");
  EXPECT_EQ(*Last().arrivals[0].end,
            (proto::ArrivalEnd{.reason = "FORBIDDEN_ACCESS", .time = 9, .last_request = 1}));
  link_.Tick(5);
  EXPECT_EQ(broker_.arrivals.size(), 3u);
}

TEST_F(LinkArrivalsTest, AnEndedConnectionIsToldAgainWhileARequestOfItsIsUnderWay) {
  Come(device_);
  Ask(device_);
  EndTurn();
  connections_.Remove(device_.handle);
  EndTurn();
  link_.Tick(1);
  ASSERT_EQ(Last().arrivals.size(), 1u);
  EXPECT_EQ(Last().arrivals[0].end->last_request, 1u);
  link_.Receive(later_, proto::EncodeHello({.life = 5}), 2);
  link_.Tick(2);
  EXPECT_EQ(Last().arrivals.size(), 1u);
  EXPECT_TRUE(proto::DecodeRequestBatch(broker_.batches.back().payload)->requests[0].resent);

  requests_.Answer({.epoch = 77, .answers = {{.sequence = 1, .id = {}, .messages = {}}}}, 3);
  EndTurn();
  link_.Receive(service_, proto::EncodeHello({.life = 5}), 3);
  link_.Tick(3);
  EXPECT_EQ(Last().answered_below, 2u);
  EXPECT_THAT(Last().arrivals, IsEmpty());
}

TEST_F(LinkArrivalsTest, ALargeFleetIsToldInSeveralEnvelopes) {
  constexpr int kClients = 20'000;
  std::vector<char> handles(kClients);
  const std::string principal(64, 'f');
  for (char& handle : handles) {
    Come({.handle = &handle, .id = "a-client-of-the-fleet"}, {.principal = principal});
  }
  link_.Tick(1);
  ASSERT_GT(broker_.arrivals.size(), 2u);
  size_t told = 0;
  for (const auto& one : broker_.arrivals) {
    EXPECT_LT(one.payload.size(), 600u * 1024);
    const auto batch = proto::DecodeArrivals(one.payload);
    ASSERT_TRUE(batch.ok()) << batch.status();
    EXPECT_EQ(batch->first, &one == &broker_.arrivals.front());
    EXPECT_EQ(batch->last, &one == &broker_.arrivals.back());
    told += batch->arrivals.size();
  }
  EXPECT_EQ(told, static_cast<size_t>(kClients));
}

TEST_F(LinkArrivalsTest, WhoPublishesARequestOverHttpsIsTold) {
  link_.Tick(1);
  EndTurn();
  EXPECT_EQ(ResultOf(proto::PublishCommand{
                .topic = "$aws/things/T/shadow/get", .principal = "AKIA", .address = "10.0.0.8"}),
            CommandResult::kDone);
  EXPECT_EQ(ResultOf(proto::PublishCommand{.topic = "no/request", .principal = "AKIA"}),
            CommandResult::kDone);
  link_.Tick(2);
  ASSERT_EQ(Last().arrivals.size(), 1u);
  const proto::Arrival passing = Last().arrivals[0];
  EXPECT_EQ(passing.way, proto::ConnectionWay::kHttps);
  EXPECT_EQ(passing.principal, "AKIA");
  EXPECT_EQ(passing.address, "10.0.0.8");
  EXPECT_EQ(passing.thing, "");
  EXPECT_EQ(passing.end->reason, "");
  EXPECT_EQ(passing.end->last_request, 1u);
  const auto requests = proto::DecodeRequestBatch(broker_.batches.back().payload)->requests;
  EXPECT_EQ(requests[0].connection, passing.connection);
}

}  // namespace
}  // namespace plugin
