// The service under a client's id, so that the broker forgets the session of that client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/plugin.h"
#include "policy/registry.h"
#include "proto/arrivals.h"
#include "proto/envelope.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::IsEmpty;

const Origin kNear{.address = "127.0.0.1"};
const Origin kFar{.address = "192.0.2.1"};
constexpr absl::string_view kSecret = "0123456789abcdef";
constexpr absl::string_view kRequest = "$aws/things/T/shadow/update";

class SessionEnderTest : public testing::Test {
 protected:
  Verdict Come(const Client& client, const Origin& origin = kNear,
               absl::string_view secret = kSecret) {
    return plugin_.Connect(client, origin, proto::kServiceUser, secret, 0);
  }

  RecordingBroker broker_;
  Options options_{.link_secret_file = "unused"};
  Plugin plugin_{options_, std::string(kSecret), 7, broker_, 0};
  int handles_[3];
  Client ender_{.handle = &handles_[0], .id = "device"};
  Client device_{.handle = &handles_[1], .id = "device", .clean_session = false};
};

TEST_F(SessionEnderTest, NeedsTheSecretAndNothingElse) {
  EXPECT_FALSE(Come(ender_, kNear, "wrong"));
  EXPECT_EQ(plugin_.status().forbidden_connects, 1u);
  EXPECT_TRUE(Come(ender_, kFar));
  const auto registry = policy::RegistryBuilder().Finish();
  ASSERT_TRUE(registry.ok());
  options_.auth = Auth::kCertificate;
  Plugin guarded(options_, std::string(kSecret), 7, broker_, 0, *registry);
  EXPECT_TRUE(guarded.Connect(ender_, kNear, proto::kServiceUser, kSecret, 0));
  EXPECT_FALSE(guarded.Connect(device_, kNear, proto::kServiceUser, "", 0));
}

TEST_F(SessionEnderTest, AUserNameThatACertificateGaveIsNoSecret) {
  EXPECT_TRUE(plugin_.Connect(device_, kNear, proto::kServiceUser, "", 0));
  EXPECT_NE(plugin_.status().forbidden_connects, 1u);
}

TEST_F(SessionEnderTest, IsRefusedWhileTheClientStands) {
  ASSERT_TRUE(plugin_.Connect(device_, kNear, "", "", 0));
  EXPECT_FALSE(Come(ender_));
  plugin_.Disconnect(device_, 1);
  EXPECT_TRUE(Come(ender_));
  EXPECT_FALSE(Come({.handle = &handles_[2], .id = "device"}));
  plugin_.Disconnect(ender_, 2);
  EXPECT_TRUE(Come({.handle = &handles_[2], .id = "device"}));
}

TEST_F(SessionEnderTest, DoesAndGetsNothing) {
  ASSERT_TRUE(Come(ender_));
  EXPECT_FALSE(plugin_.MayPublish(ender_, "t", false));
  EXPECT_FALSE(plugin_.MayPublish(ender_, proto::kAnswersTopic, false));
  EXPECT_FALSE(plugin_.MaySubscribe(ender_, "t"));
  EXPECT_FALSE(plugin_.MayReceive(ender_, "t"));
  EXPECT_FALSE(plugin_.MayReceive(ender_, "$SYS/broker/subscriptions/count", "5"));
  plugin_.Tick(1);
  EXPECT_THAT(broker_.disconnected, testing::ElementsAre("device"));
}

TEST_F(SessionEnderTest, IsNoClientToEventsAndTheService) {
  const Client service = {.handle = &handles_[2], .id = "$shadow/link/1"};
  ASSERT_TRUE(Come(service));
  plugin_.Message(service, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  plugin_.Tick(0);
  ASSERT_TRUE(Come(ender_));
  plugin_.Tick(1'000'000);
  EXPECT_EQ(plugin_.status().connected_clients, 0u);
  plugin_.Disconnect(ender_, 1'000'001);
  plugin_.Tick(1'000'002);
  for (const auto& told : broker_.arrivals) {
    EXPECT_THAT(proto::DecodeArrivals(told.payload)->arrivals, IsEmpty());
  }
  EXPECT_THAT(broker_.published, IsEmpty());
}

TEST_F(SessionEnderTest, WhatTheSessionWasSubscribedToIsForgotten) {
  ASSERT_TRUE(plugin_.Connect(device_, kNear, "", "", 0));
  ASSERT_TRUE(plugin_.MaySubscribe(device_, kRequest));
  plugin_.Disconnect(device_, 1);
  ASSERT_TRUE(plugin_.Connect(device_, kNear, "", "", 2));
  EXPECT_TRUE(plugin_.MayReceive(device_, kRequest));
  plugin_.Disconnect(device_, 3);
  ASSERT_TRUE(Come(ender_));
  plugin_.Disconnect(ender_, 4);
  ASSERT_TRUE(plugin_.Connect({.handle = &handles_[1], .id = "device"}, kNear, "", "", 5));
  EXPECT_FALSE(plugin_.MayReceive(device_, kRequest));
}

TEST_F(SessionEnderTest, ADeviceThatTakesItOverIsADevice) {
  ASSERT_TRUE(Come(ender_));
  ASSERT_TRUE(plugin_.Connect(device_, kNear, "", "", 1));
  plugin_.Disconnect(ender_, 1);
  EXPECT_TRUE(plugin_.MayPublish(device_, "t", false));
  EXPECT_TRUE(plugin_.MaySubscribe(device_, kRequest));
  EXPECT_TRUE(plugin_.MayReceive(device_, kRequest));
  EXPECT_FALSE(Come(ender_));
}

}  // namespace
}  // namespace plugin
