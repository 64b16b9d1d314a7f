#include "service/link/event_relay.h"

#include <gtest/gtest.h>

#include "proto/news.h"

namespace service {
namespace {

class EventRelay : public testing::Test {
 protected:
  Commands commands_{[] {}};
  Counters counters_;
  Log log_{LogLevel::kError, LogFormat::kText};
};

TEST_F(EventRelay, WhatOneBrokersPluginHasPublishedTheOthersPublish) {
  const proto::PublishedEvent event = {.topic = "$aws/events/presence/connected/lamp",
                                       .payload = "{}"};
  EXPECT_TRUE(RelayEvents({1, proto::EncodeEvents(7, {event})}, commands_, counters_, log_));
  const auto orders = commands_.Take(0b111);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].brokers, 0b101u);
  const auto command = proto::DecodeCommand(orders[0].envelope);
  ASSERT_TRUE(command.ok()) << command.status();
  const auto& publish = std::get<proto::PublishCommand>(command->what);
  EXPECT_EQ(publish.topic, event.topic);
  EXPECT_EQ(publish.payload, "{}");
  EXPECT_TRUE(publish.is_own);
  EXPECT_TRUE(publish.at_least_once);
}

TEST_F(EventRelay, WhatIsNoEventsIsLeftToOthersAndWhatIsDamagedIsCounted) {
  EXPECT_FALSE(RelayEvents({0, "SL"}, commands_, counters_, log_));
  const proto::PublishedEvent event = {.topic = "$aws/events/presence/connected/lamp",
                                       .payload = "{}"};
  std::string damaged = proto::EncodeEvents(7, {event});
  damaged.pop_back();
  EXPECT_TRUE(RelayEvents({0, damaged}, commands_, counters_, log_));
  EXPECT_TRUE(commands_.Take(0b11).empty());
  EXPECT_EQ(counters_.Read().envelopes_refused, 1u);
}

}  // namespace
}  // namespace service
