#include "service/live/broker_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace service {
namespace {

using testing::HasSubstr;

TEST(BrokerWords, AFilterThatCanBeFollowedHasNoFault) {
  for (const absl::string_view filter :
       {"#", "+", "a/+/#", "$aws/#", "$SYS/#", "/", "$shadowy/#", "$share"}) {
    EXPECT_EQ(WhyNotFilter(filter, 0), "") << filter;
  }
  EXPECT_EQ(WhyNotFilter("a", 2), "");
}

TEST(BrokerWords, WhatIsNoFilterIsSaidToBeNone) {
  for (const absl::string_view filter :
       {absl::string_view(""), absl::string_view("a#"), absl::string_view("#/a"),
        absl::string_view("a+/b"), absl::string_view("a\0b", 3), absl::string_view("\xFF")}) {
    EXPECT_THAT(WhyNotFilter(filter, 0), HasSubstr("no topic filter")) << filter;
  }
  EXPECT_THAT(WhyNotFilter(std::string(70'000, 'a'), 0), HasSubstr("no topic filter"));
}

TEST(BrokerWords, SharedOnesTheLinksAndOtherQosAreNotFollowed) {
  EXPECT_THAT(WhyNotFilter("$share/g/a", 0), HasSubstr("shared"));
  EXPECT_THAT(WhyNotFilter("$shadow/#", 0), HasSubstr("Nobody hears"));
  EXPECT_THAT(WhyNotFilter("a", 3), HasSubstr("QoS"));
  EXPECT_THAT(WhyNotFilter("a", -1), HasSubstr("QoS"));
}

TEST(BrokerWords, WhatClientsMayPublishHasNoFault) {
  EXPECT_EQ(WhyNotPublish({.topic = "a/b", .payload = "x", .qos = 1, .retain = true}), "");
  EXPECT_EQ(WhyNotPublish({.topic = "$aws/things/T/shadow/get", .payload = ""}), "");
}

TEST(BrokerWords, WhatNobodyMayPublishIsToldBeforeItIsTried) {
  for (const char* topic : {"", "a/#", "+", "\x01"}) {
    EXPECT_THAT(WhyNotPublish({.topic = topic, .payload = ""}), HasSubstr("no topic")) << topic;
  }
  for (const char* topic : {"$shadow/link/answers", "$aws/things/T/shadow/update/accepted",
                            "$aws/events/presence/connected/a", "$aws/things/T/jobs/notify"}) {
    EXPECT_EQ(WhyNotPublish({.topic = topic, .payload = "", .retain = true}),
              "Only the service publishes there")
        << topic;
  }
  EXPECT_EQ(WhyNotPublish({.topic = "$aws/things/T/shadow/get", .payload = "", .retain = true}),
            "A request is never retained");
  EXPECT_THAT(WhyNotPublish({.topic = "a", .payload = "", .qos = 3}), HasSubstr("QoS"));
}

TEST(BrokerWords, EachReasonOfTheBrokerHasWords) {
  EXPECT_THAT(MqttReason(0x87), HasSubstr("nobody may"));
  EXPECT_THAT(MqttReason(0x80), HasSubstr("0x80"));
}

}  // namespace
}  // namespace service
