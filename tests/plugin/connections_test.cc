#include "plugin/connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ConnectionsTest : public testing::Test {
 protected:
  void Come(const Client& client) { connections_.Add(client, {}, /*service=*/false); }

  // Connects, lets `happen` happen, goes, and gives why once the turn is over.
  template <class Happen>
  DisconnectReason ReasonOf(Happen happen) {
    Come(device_);
    happen();
    return connections_.Remove(device_.handle)->reason;
  }
  DisconnectReason ReasonIn(absl::string_view line) {
    return ReasonOf([&] { connections_.Logged(line); });
  }

  RecordingBroker broker_;
  Connections connections_{broker_};
  int handles_[2];
  Client device_{.handle = &handles_[0], .id = "device"};
  Client service_{.handle = &handles_[1], .id = "$shadow/link/1"};
};

TEST_F(ConnectionsTest, ANumberIsGivenOnce) {
  Come(device_);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 1u);
  connections_.Remove(device_.handle);
  EXPECT_EQ(connections_.Find(device_.handle), nullptr);
  Come(device_);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 2u);
}

TEST_F(ConnectionsTest, TheServiceIsNoClient) {
  connections_.Add(service_, {}, /*service=*/true);
  EXPECT_EQ(connections_.clients(), 0u);
  Come(device_);
  EXPECT_EQ(connections_.clients(), 1u);
  connections_.Remove(service_.handle);
  connections_.Remove(service_.handle);
  EXPECT_EQ(connections_.clients(), 1u);
}

TEST_F(ConnectionsTest, ACutComesWithTheNextTurnAndItsReason) {
  Come(device_);
  connections_.Cut(device_.handle, DisconnectReason::kApiInitiated, /*with_will=*/false);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  connections_.Tick();
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device without its will"));
  EXPECT_EQ(connections_.Remove(device_.handle)->reason, DisconnectReason::kApiInitiated);
}

TEST_F(ConnectionsTest, WhoHasGoneIsNotCutNorWhoCameAfterwards) {
  connections_.Cut(device_.handle, DisconnectReason::kClientError);  // not there yet
  Come(device_);
  connections_.Cut(device_.handle, DisconnectReason::kClientError);
  connections_.Remove(device_.handle);
  Come(device_);  // the handle is used again
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, IsEmpty());
}

TEST_F(ConnectionsTest, WhatIsCutManyTimesIsCutOnce) {
  Come(device_);
  for (int i = 0; i < 3; ++i) connections_.Cut(device_.handle, DisconnectReason::kClientError);
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
}

TEST_F(ConnectionsTest, AClientIdLeadsToItsLatestConnection) {
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
  Come(device_);
  const Client again{.handle = &handles_[1], .id = "device"};
  Come(again);
  connections_.Remove(device_.handle);
  EXPECT_EQ(connections_.HandleOf("device"), again.handle);
  connections_.Remove(again.handle);
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
}

TEST_F(ConnectionsTest, AnEndIsUnknownUnlessSomethingTells) {  // L6
  EXPECT_EQ(ReasonOf([] {}), DisconnectReason::kUnknown);
  EXPECT_EQ(connections_.Remove(device_.handle), nullptr);
}

TEST_F(ConnectionsTest, AWillTellsThatTheConnectionWasLost) {
  Come(device_);
  const auto* const ended = connections_.Remove(device_.handle);
  connections_.WillIsSent(device_.handle);
  EXPECT_EQ(ended->reason, DisconnectReason::kConnectionLost);
  connections_.EndTurn();
  connections_.WillIsSent(device_.handle);  // after a delay: it was told
}

TEST_F(ConnectionsTest, WhoIsCutIsKnown) {
  Come(device_);
  connections_.WillBeCut(device_.handle, DisconnectReason::kForbiddenAccess);
  connections_.WillBeCut(device_.handle, DisconnectReason::kClientError);
  connections_.Logged("Client device been disconnected by administrative action.");
  const auto* const ended = connections_.Remove(device_.handle);
  connections_.WillIsSent(device_.handle);
  EXPECT_EQ(ended->reason, DisconnectReason::kForbiddenAccess);
}

TEST_F(ConnectionsTest, ASecondConnectionEndsTheFirst) {
  EXPECT_EQ(ReasonOf([&] { Come({.handle = &handles_[1], .id = "device"}); }),
            DisconnectReason::kDuplicateClientId);
}

TEST_F(ConnectionsTest, TheBrokersLogTellsWhy) {
  EXPECT_EQ(ReasonIn("Client device disconnected."), DisconnectReason::kClientInitiated);
  EXPECT_EQ(ReasonIn("1700000000: Client device closed its connection."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Client device has exceeded timeout, disconnecting."),
            DisconnectReason::kKeepAliveTimeout);
  EXPECT_EQ(ReasonIn("Client device disconnected due to malformed packet."),
            DisconnectReason::kClientError);
  EXPECT_EQ(ReasonIn("Client device disconnected: Connection reset by peer."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Bad socket read/write on client device: Unknown error."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Client device been disconnected by administrative action."),
            DisconnectReason::kServerInitiated);
}

TEST_F(ConnectionsTest, TheLogOfAnotherClientTellsNothing) {
  EXPECT_EQ(ReasonIn("Client d disconnected."), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn("Client device disconnected.\n"), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn("device disconnected."), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn(""), DisconnectReason::kUnknown);
}

TEST_F(ConnectionsTest, WhoComesAtAPlaceWhoseEndWasNotToldEndsWhoWasThere) {
  Come(device_);
  Come({.handle = device_.handle, .id = "another"});
  EXPECT_EQ(connections_.clients(), 1u);
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 2u);
}

}  // namespace
}  // namespace plugin
