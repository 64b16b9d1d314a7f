#include "plugin/lifecycle.h"

#include <gtest/gtest.h>

namespace plugin {
namespace {

using Kind = LifecycleEvent::Kind;

LifecycleEvent Event(Kind kind) {
  return {.kind = kind,
          .client_id = "c",
          .timestamp_ms = 1573002230757,
          .session = "a4666d2a-7d84-4ae4-ac5d-7b38c9cb7967",
          .principal = "12345678"};
}

TEST(Lifecycle, ConnectedIsWordedAsOnAws) {  // L1
  LifecycleEvent event = Event(Kind::kConnected);
  event.address = "192.0.2.0";
  EXPECT_EQ(LifecycleTopic(event), "$aws/events/presence/connected/c");
  EXPECT_EQ(LifecyclePayload(event),
            R"({"clientId":"c","timestamp":1573002230757,"eventType":"connected",)"
            R"("sessionIdentifier":"a4666d2a-7d84-4ae4-ac5d-7b38c9cb7967",)"
            R"("principalIdentifier":"12345678","ipAddress":"192.0.2.0","versionNumber":0})");
}

TEST(Lifecycle, DisconnectedIsWordedAsOnAws) {  // L2
  LifecycleEvent event = Event(Kind::kDisconnected);
  event.reason = DisconnectReason::kClientInitiated;
  event.version = 3;
  EXPECT_EQ(LifecycleTopic(event), "$aws/events/presence/disconnected/c");
  EXPECT_EQ(LifecyclePayload(event),
            R"({"clientId":"c","timestamp":1573002230757,"eventType":"disconnected",)"
            R"("sessionIdentifier":"a4666d2a-7d84-4ae4-ac5d-7b38c9cb7967",)"
            R"("principalIdentifier":"12345678","clientInitiatedDisconnect":true,)"
            R"("disconnectReason":"CLIENT_INITIATED_DISCONNECT","versionNumber":3})");
}

TEST(Lifecycle, OnlyAClientsOwnDisconnectIsClientInitiated) {  // L6
  const std::pair<DisconnectReason, const char*> reasons[] = {
      {DisconnectReason::kUnknown, "UNKNOWN"},
      {DisconnectReason::kAuthError, "AUTH_ERROR"},
      {DisconnectReason::kClientError, "CLIENT_ERROR"},
      {DisconnectReason::kConnectionLost, "CONNECTION_LOST"},
      {DisconnectReason::kDuplicateClientId, "DUPLICATE_CLIENTID"},
      {DisconnectReason::kForbiddenAccess, "FORBIDDEN_ACCESS"},
      {DisconnectReason::kKeepAliveTimeout, "MQTT_KEEP_ALIVE_TIMEOUT"},
      {DisconnectReason::kServerError, "SERVER_ERROR"},
      {DisconnectReason::kServerInitiated, "SERVER_INITIATED_DISCONNECT"},
  };
  for (const auto& [reason, text] : reasons) {
    LifecycleEvent event = Event(Kind::kDisconnected);
    event.reason = reason;
    EXPECT_NE(LifecyclePayload(event).find(std::string(R"("clientInitiatedDisconnect":false,)") +
                                           R"("disconnectReason":")" + text + R"(")"),
              std::string::npos)
        << text;
  }
}

TEST(Lifecycle, ConnectFailedIsWordedAsOnAws) {  // L3
  LifecycleEvent event = Event(Kind::kConnectFailed);
  event.address = "::1";
  EXPECT_EQ(LifecycleTopic(event), "$aws/events/presence/connect_failed/c");
  EXPECT_EQ(LifecyclePayload(event),
            R"({"clientId":"c","timestamp":1573002230757,"eventType":"connect_failed",)"
            R"("connectFailureReason":"AUTHORIZATION_FAILED",)"
            R"("sessionIdentifier":"a4666d2a-7d84-4ae4-ac5d-7b38c9cb7967",)"
            R"("principalIdentifier":"12345678","ipAddress":"::1"})");
}

TEST(Lifecycle, SubscriptionsAreWordedAsOnAws) {  // L4
  LifecycleEvent event = Event(Kind::kSubscribed);
  event.topics = {"a/b", "\"c\"/\\"};
  EXPECT_EQ(LifecycleTopic(event), "$aws/events/subscriptions/subscribed/c");
  EXPECT_EQ(LifecyclePayload(event),
            R"({"clientId":"c","timestamp":1573002230757,"eventType":"subscribed",)"
            R"("sessionIdentifier":"a4666d2a-7d84-4ae4-ac5d-7b38c9cb7967",)"
            R"("principalIdentifier":"12345678","topics":["a/b","\"c\"/\\"]})");
  event.kind = Kind::kUnsubscribed;
  EXPECT_EQ(LifecycleTopic(event), "$aws/events/subscriptions/unsubscribed/c");
}

TEST(Lifecycle, ClientIdsWithWildcardsGetNone) {  // L5
  EXPECT_TRUE(HasLifecycleEvents("c"));
  EXPECT_TRUE(HasLifecycleEvents(std::string(128, 'c')));
  for (const std::string& id :
       {std::string("a#b"), std::string("a+b"), std::string(), std::string(129, 'c')}) {
    EXPECT_FALSE(HasLifecycleEvents(id)) << id;
  }
}

}  // namespace
}  // namespace plugin
