#include "service/link/whereabouts.h"

#include <gtest/gtest.h>

namespace service {
namespace {

std::string Told(const std::vector<proto::Arrival>& arrivals, bool first = false) {
  proto::ArrivalBatchWriter writer(1, 0, first);
  for (const proto::Arrival& arrival : arrivals) writer.Add(arrival);
  return std::move(writer).Finish(first);
}

const proto::Arrival kCame = {
    .connection = 1, .since = 100, .client_id = "lamp", .address = "192.0.2.1"};

proto::Arrival Gone(uint64_t connection) {
  proto::Arrival gone = kCame;
  gone.connection = connection;
  gone.end = proto::ArrivalEnd{.reason = "CLIENT_INITIATED_DISCONNECT", .time = 120};
  return gone;
}

TEST(Whereabouts, AClientIsConnectedFromWhenItComesUntilItGoes) {
  Whereabouts whereabouts;
  EXPECT_FALSE(whereabouts.Of("lamp"));
  whereabouts.Hear(Told({kCame}));
  EXPECT_TRUE(whereabouts.Of("lamp")->connected);
  EXPECT_EQ(whereabouts.Of("lamp")->since, 100);
  EXPECT_EQ(whereabouts.Of("lamp")->address, "192.0.2.1");
  whereabouts.Hear(Told({Gone(1)}));
  EXPECT_FALSE(whereabouts.Of("lamp")->connected);
  EXPECT_EQ(whereabouts.Of("lamp")->since, 120);
  EXPECT_EQ(whereabouts.Of("lamp")->reason, "CLIENT_INITIATED_DISCONNECT");
}

TEST(Whereabouts, TheEndOfAConnectionThatWasTakenOverIsNotThatOfItsSuccessor) {
  Whereabouts whereabouts;
  proto::Arrival successor = kCame;
  successor.connection = 2;
  whereabouts.Hear(Told({kCame, successor}));
  whereabouts.Hear(Told({Gone(1)}));
  EXPECT_TRUE(whereabouts.Of("lamp")->connected);
}

TEST(Whereabouts, WhoIsNotAmongAllThatStandIsNotConnected) {
  Whereabouts whereabouts;
  whereabouts.Hear(Told({kCame}));
  whereabouts.Hear(Told({}, true));
  EXPECT_FALSE(whereabouts.Of("lamp"));
}

TEST(Whereabouts, WhatIsNoArrivalsIsLeftToOthers) {
  Whereabouts whereabouts;
  whereabouts.Hear("");
  whereabouts.Hear(Told({kCame}).substr(0, 30));
  EXPECT_FALSE(whereabouts.Of("lamp"));
}

TEST(Whereabouts, StepsAreOfTheThingsThatClientsStandFor) {
  Whereabouts whereabouts;
  std::vector<Whereabouts::Steps> told;
  whereabouts.SetChanged([&told](const Whereabouts::Steps& steps) { told.push_back(steps); });
  proto::Arrival other = kCame;
  other.connection = 2;
  other.client_id = "x";
  other.thing = "torch";
  proto::Arrival own = kCame;
  own.thing = "lamp";
  whereabouts.Hear(Told({kCame}));  // stands for none
  EXPECT_TRUE(told.empty());
  whereabouts.Hear(Told({own, other}));
  ASSERT_EQ(told.size(), 1u);
  ASSERT_EQ(told[0].steps.size(), 2u);
  EXPECT_EQ(told[0].steps[0].thing, "lamp");
  EXPECT_EQ(told[0].steps[1].thing, "torch");
  EXPECT_TRUE(told[0].steps[1].connected);
  other.end = proto::ArrivalEnd{.reason = "R", .time = 130};
  whereabouts.Hear(Told({other}));
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].number, told[0].number + 1);
  EXPECT_EQ(told[1].steps.at(0).thing, "torch");
  EXPECT_FALSE(told[1].steps[0].connected);
  EXPECT_EQ(whereabouts.All().number, told[1].number);
  EXPECT_EQ(whereabouts.All().steps.size(), 2u);
  EXPECT_EQ(whereabouts.For("torch")->client_id, "x");
  EXPECT_FALSE(whereabouts.For("torch")->client.connected);
  EXPECT_FALSE(whereabouts.For("x"));
}

TEST(Whereabouts, ATakeOverIsAnEndAndABeginning) {
  Whereabouts whereabouts;
  std::vector<Whereabouts::Step> steps;
  whereabouts.SetChanged([&steps](const Whereabouts::Steps& told) {
    steps.insert(steps.end(), told.steps.begin(), told.steps.end());
  });
  proto::Arrival first = kCame;
  first.thing = "lamp";
  proto::Arrival second = first;
  second.connection = 2;
  whereabouts.Hear(Told({first}));
  whereabouts.Hear(Told({second}));
  first.end = proto::ArrivalEnd{.reason = "R", .time = 130};
  whereabouts.Hear(Told({first}));
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_TRUE(steps[0].connected);
  EXPECT_FALSE(steps[1].connected);
  EXPECT_TRUE(steps[2].connected);
}

}  // namespace
}  // namespace service
