#include "proto/client_topics.h"

#include <gtest/gtest.h>

namespace proto {
namespace {

TEST(ClientTopics, RequestsArePublishedAndNotRetained) {
  for (const absl::string_view topic :
       {"$aws/things/T/shadow/update", "$aws/things/T/shadow/name/n/get", "$aws/things/T/jobs/get",
        "$aws/certificates/create/json"}) {
    EXPECT_TRUE(MayClientPublish(topic, false)) << topic;
    EXPECT_FALSE(MayClientPublish(topic, true)) << topic;
  }
  EXPECT_TRUE(MayClientPublish("a/b", true));
  EXPECT_TRUE(MayClientPublish("$shadowy/a", true));
}

TEST(ClientTopics, WhatTheServiceSaysNobodyElseSays) {
  for (const absl::string_view topic :
       {"$shadow", "$shadow/link/answers", "$aws/events/presence/connected/a",
        "$aws/things/T/shadow/update/accepted", "$aws/things/T/jobs/notify"}) {
    EXPECT_FALSE(MayClientPublish(topic, false)) << topic;
  }
}

TEST(ClientTopics, AShareIsNoPartOfTheFilter) {
  EXPECT_EQ(WithoutShare("$share/g/a/b"), "a/b");
  EXPECT_EQ(WithoutShare("$share/g"), "$share/g");
  EXPECT_EQ(WithoutShare("a/b"), "a/b");
  EXPECT_TRUE(IsReserved(WithoutShare("$share/g/$shadow/#")));
}

}  // namespace
}  // namespace proto
