#include "service/commit/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace service {
namespace {

proto::Arrival Lamp(uint64_t number, absl::string_view client_id = "lamp") {
  return {.connection = number,
          .way = proto::ConnectionWay::kWebSocket,
          .since = 1000,
          .client_id = client_id,
          .principal = "cd68",
          .address = "10.0.0.7",
          .thing = "T"};
}

proto::Arrival Gone(uint64_t number, uint64_t last_request) {
  proto::Arrival gone = Lamp(number);
  gone.end = proto::ArrivalEnd{.reason = "UNKNOWN", .time = 1001, .last_request = last_request};
  return gone;
}

TEST(Peers, AreKnownByTheNumberOfTheirConnection) {
  Peers peers;
  peers.Hear({.epoch = 7, .answered_below = 1, .arrivals = {Lamp(3), Lamp(4, "other")}});
  ASSERT_NE(peers.Find(3), nullptr);
  EXPECT_EQ(peers.Find(3)->author(), (storage::Author{.way = storage::HistoryWay::kWebSocket,
                                                      .client_id = "lamp",
                                                      .principal = "cd68",
                                                      .address = "10.0.0.7"}));
  EXPECT_EQ(peers.Find(3)->thing, "T");
  EXPECT_EQ(peers.Find(3)->since, 1000);
  EXPECT_EQ(peers.Find(4)->client_id, "other");
  EXPECT_EQ(peers.Find(0), nullptr);
  EXPECT_EQ(peers.Find(5), nullptr);
}

TEST(Peers, EachWayIsTold) {
  Peers peers;
  proto::Arrival mqtt = Lamp(1);
  mqtt.way = proto::ConnectionWay::kMqtt;
  proto::Arrival https = Gone(2, 9);
  https.way = proto::ConnectionWay::kHttps;
  peers.Hear({.epoch = 7, .answered_below = 1, .arrivals = {mqtt, https}});
  EXPECT_EQ(peers.Find(1)->way, storage::HistoryWay::kMqtt);
  EXPECT_EQ(peers.Find(2)->way, storage::HistoryWay::kHttps);
}

TEST(Peers, WhatIsToldAgainCounts) {
  Peers peers;
  peers.Hear({.epoch = 7, .answered_below = 1, .arrivals = {Lamp(3)}});
  proto::Arrival moved = Lamp(3);
  moved.thing = "U";
  peers.Hear({.epoch = 7, .answered_below = 1, .arrivals = {moved}});
  EXPECT_EQ(peers.Find(3)->thing, "U");
  EXPECT_EQ(peers.size(), 1u);
}

TEST(Peers, WhatWasToldBeforeAllThatStandIsVoid) {
  Peers peers;
  peers.Hear({.epoch = 7, .answered_below = 1, .arrivals = {Lamp(3), Lamp(4)}});
  peers.Hear({.epoch = 7, .answered_below = 1, .first = true, .arrivals = {Lamp(4)}});
  peers.Hear({.epoch = 7, .answered_below = 1, .last = true, .arrivals = {Lamp(5)}});
  EXPECT_EQ(peers.Find(3), nullptr);
  EXPECT_NE(peers.Find(4), nullptr);
  EXPECT_NE(peers.Find(5), nullptr);
}

TEST(Peers, AnotherLifeOfTheBrokerHasOthers) {
  Peers peers;
  peers.Hear({.epoch = 7, .answered_below = 1, .arrivals = {Lamp(3)}});
  peers.Hear({.epoch = 8, .answered_below = 1, .arrivals = {Lamp(1)}});
  EXPECT_EQ(peers.Find(3), nullptr);
  EXPECT_EQ(peers.size(), 1u);
}

TEST(Peers, OneThatHasEndedIsKnownUntilItsRequestsAreAnswered) {
  Peers peers;
  peers.Hear({.epoch = 7, .answered_below = 4, .arrivals = {Gone(1, 9), Gone(2, 0)}});
  EXPECT_NE(peers.Find(2), nullptr);  // what was given up may still come with this group
  peers.BeginGroup();
  EXPECT_EQ(peers.Find(2), nullptr);
  peers.Hear({.epoch = 7, .answered_below = 9, .arrivals = {}});
  peers.BeginGroup();
  EXPECT_NE(peers.Find(1), nullptr);
  peers.Hear({.epoch = 7, .answered_below = 10, .arrivals = {}});
  EXPECT_NE(peers.Find(1), nullptr);
  peers.BeginGroup();
  EXPECT_EQ(peers.size(), 0u);
}

}  // namespace
}  // namespace service
