#include "service/link/whereabouts.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

std::string Told(const std::vector<proto::Arrival>& arrivals, bool first = false,
                 uint64_t epoch = 1) {
  proto::ArrivalBatchWriter writer(epoch, 0, first);
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
  whereabouts.Hear({0, Told({kCame})});
  EXPECT_TRUE(whereabouts.Of("lamp")->connected);
  EXPECT_EQ(whereabouts.Of("lamp")->since, 100);
  EXPECT_EQ(whereabouts.Of("lamp")->address, "192.0.2.1");
  whereabouts.Hear({0, Told({Gone(1)})});
  EXPECT_FALSE(whereabouts.Of("lamp")->connected);
  EXPECT_EQ(whereabouts.Of("lamp")->since, 120);
  EXPECT_EQ(whereabouts.Of("lamp")->reason, "CLIENT_INITIATED_DISCONNECT");
}

TEST(Whereabouts, TheEndOfAConnectionThatWasTakenOverIsNotThatOfItsSuccessor) {
  Whereabouts whereabouts;
  proto::Arrival successor = kCame;
  successor.connection = 2;
  whereabouts.Hear({0, Told({kCame, successor})});
  whereabouts.Hear({0, Told({Gone(1)})});
  EXPECT_TRUE(whereabouts.Of("lamp")->connected);
}

TEST(Whereabouts, WhoIsNotAmongAllThatStandIsNotConnected) {
  Whereabouts whereabouts;
  whereabouts.Hear({0, Told({kCame})});
  whereabouts.Hear({0, Told({}, true)});
  EXPECT_FALSE(whereabouts.Of("lamp"));
}

TEST(Whereabouts, WhatIsNoArrivalsIsLeftToOthers) {
  Whereabouts whereabouts;
  whereabouts.Hear({0, ""});
  whereabouts.Hear({0, Told({kCame}).substr(0, 30)});
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
  whereabouts.Hear({0, Told({kCame})});  // stands for none
  EXPECT_TRUE(told.empty());
  whereabouts.Hear({0, Told({own, other})});
  ASSERT_EQ(told.size(), 1u);
  ASSERT_EQ(told[0].steps.size(), 2u);
  EXPECT_EQ(told[0].steps[0].thing, "lamp");
  EXPECT_EQ(told[0].steps[1].thing, "torch");
  EXPECT_TRUE(told[0].steps[1].connected);
  other.end = proto::ArrivalEnd{.reason = "R", .time = 130};
  whereabouts.Hear({0, Told({other})});
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
  whereabouts.Hear({0, Told({first})});
  whereabouts.Hear({0, Told({second})});
  first.end = proto::ArrivalEnd{.reason = "R", .time = 130};
  whereabouts.Hear({0, Told({first})});
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_TRUE(steps[0].connected);
  EXPECT_FALSE(steps[1].connected);
  EXPECT_TRUE(steps[2].connected);
}

// A client of two brokers, and who was told to go where.
class TwoBrokers : public testing::Test {
 protected:
  TwoBrokers() {
    whereabouts_.SetElder([this](size_t broker, absl::string_view client_id, uint64_t connection) {
      elder_.emplace_back(broker, absl::StrCat(client_id, " ", connection));
    });
  }

  void Come(size_t broker, int64_t since, uint64_t connection = 1) {
    proto::Arrival arrival = kCame;
    arrival.connection = connection;
    arrival.since = since;
    arrival.address = broker == 0 ? "first" : "second";
    whereabouts_.Hear({broker, Told({arrival}, false, 10 + broker)});
  }

  using Elders = std::vector<std::pair<size_t, std::string>>;

  Whereabouts whereabouts_;
  Elders elder_;
};

TEST_F(TwoBrokers, TheLaterConnectionStays) {
  Come(0, 100);
  Come(1, 101);
  EXPECT_EQ(elder_, (Elders{{0, "lamp 1"}}));
  whereabouts_.Hear({0, Told({Gone(1)}, false, 10)});  // which is the end of the elder one
  EXPECT_TRUE(whereabouts_.Of("lamp")->connected);
  EXPECT_EQ(whereabouts_.Of("lamp")->address, "second");
  whereabouts_.Hear({1, Told({Gone(1)}, false, 11)});
  EXPECT_FALSE(whereabouts_.Of("lamp")->connected);
}

TEST_F(TwoBrokers, WhoIsToldLaterNeedNotHaveComeLater) {
  Come(1, 101);
  Come(0, 100);
  EXPECT_EQ(elder_, (Elders{{0, "lamp 1"}}));
  EXPECT_EQ(whereabouts_.Of("lamp")->address, "second");
  Come(0, 102, 2);
  EXPECT_EQ(elder_, (Elders{{0, "lamp 1"}, {1, "lamp 1"}}));
  EXPECT_EQ(whereabouts_.Of("lamp")->address, "first");
}

TEST_F(TwoBrokers, InTheSameSecondTheEpochDecides) {
  Come(1, 100);
  Come(0, 100);
  Come(1, 100, 2);
  EXPECT_EQ(elder_, (Elders{{0, "lamp 1"}}));
}

TEST_F(TwoBrokers, AtABrokerThatIsAwayNobodyStands) {
  Come(0, 200);  // by a clock that is ahead
  whereabouts_.LinksAre(0b10);
  Come(1, 100);
  EXPECT_EQ(whereabouts_.Of("lamp")->address, "second");
}

TEST_F(TwoBrokers, WhoStandsIsToldAnewByEachBrokerForItself) {
  Come(0, 100);
  proto::Arrival other = kCame;
  other.client_id = "heater";
  whereabouts_.Hear({1, Told({other}, false, 11)});
  whereabouts_.Hear({1, Told({}, true, 11)});
  EXPECT_TRUE(whereabouts_.Of("lamp")->connected);
  EXPECT_FALSE(whereabouts_.Of("heater"));
}

}  // namespace
}  // namespace service
