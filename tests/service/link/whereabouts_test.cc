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

}  // namespace
}  // namespace service
