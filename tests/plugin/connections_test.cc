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
  RecordingBroker broker_;
  Presence presence_{/*life=*/1};
  Connections connections_{broker_, presence_};
  int handles_[2];
  Client device_{.handle = &handles_[0], .id = "device"};
  Client service_{.handle = &handles_[1], .id = "$shadow/link/1"};
};

TEST_F(ConnectionsTest, ANumberIsGivenOnce) {
  connections_.Add(device_, /*service=*/false);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 1u);
  connections_.Remove(device_.handle);
  EXPECT_EQ(connections_.Find(device_.handle), nullptr);
  connections_.Add(device_, /*service=*/false);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 2u);
}

TEST_F(ConnectionsTest, TheServiceIsNoClient) {
  connections_.Add(service_, /*service=*/true);
  EXPECT_EQ(connections_.clients(), 0u);
  connections_.Add(device_, /*service=*/false);
  EXPECT_EQ(connections_.clients(), 1u);
  connections_.Remove(service_.handle);
  connections_.Remove(service_.handle);
  EXPECT_EQ(connections_.clients(), 1u);
}

TEST_F(ConnectionsTest, ACutComesWithTheNextTurnAndItsReason) {
  presence_.Connected(device_.handle, {.client_id = device_.id}, 0);
  connections_.Add(device_, /*service=*/false);
  connections_.Cut(device_.handle, DisconnectReason::kApiInitiated, /*with_will=*/false);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  connections_.Tick();
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device without its will"));
  presence_.Disconnected(device_.handle, 1);
  DisconnectReason reason = DisconnectReason::kUnknown;
  presence_.Flush(0, [&](const LifecycleEvent& event) { reason = event.reason; });
  EXPECT_EQ(reason, DisconnectReason::kApiInitiated);
}

TEST_F(ConnectionsTest, WhoHasGoneIsNotCutNorWhoCameAfterwards) {
  connections_.Cut(device_.handle, DisconnectReason::kClientError);  // not there yet
  connections_.Add(device_, /*service=*/false);
  connections_.Cut(device_.handle, DisconnectReason::kClientError);
  connections_.Remove(device_.handle);
  connections_.Add(device_, /*service=*/false);  // the handle is used again
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, IsEmpty());
}

TEST_F(ConnectionsTest, WhatIsCutManyTimesIsCutOnce) {
  connections_.Add(device_, /*service=*/false);
  for (int i = 0; i < 3; ++i) connections_.Cut(device_.handle, DisconnectReason::kClientError);
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
}

TEST_F(ConnectionsTest, AClientIdLeadsToItsLatestConnection) {
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
  connections_.Add(device_, /*service=*/false);
  const Client again{.handle = &handles_[1], .id = "device"};
  connections_.Add(again, /*service=*/false);
  connections_.Remove(device_.handle);
  EXPECT_EQ(connections_.HandleOf("device"), again.handle);
  connections_.Remove(again.handle);
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
}

}  // namespace
}  // namespace plugin
