// The plugin's end of the link, of who has come and gone (docs/link-format.md).
#include <string>
#include <utility>
#include <vector>

#include "tests/plugin/linked.h"

namespace plugin {
namespace {

using proto::CommandResult;
using testing::ElementsAre;
using testing::IsEmpty;

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
