#include "plugin/retained_look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace plugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The topics that the reply tells of.
std::vector<std::string> Told(RetainedLook& look) {
  const auto bytes = look.TakeReply();
  if (!bytes) return {"no reply"};
  std::vector<std::string> topics;
  const auto reply = proto::DecodeCommandReply(*bytes);
  for (const proto::RetainedMessage& message : reply->retained) {
    topics.emplace_back(message.topic);
  }
  return topics;
}

TEST(RetainedLook, NothingIsToldBeforeTheSubscriptionAndNothingTwice) {
  RetainedLook look;
  EXPECT_FALSE(look.Subscribed("a"));
  look.Begin(7, {.topic = "a"});
  EXPECT_EQ(look.TakeReply(), std::nullopt);
  EXPECT_FALSE(look.Subscribed("#"));
  EXPECT_TRUE(look.Subscribed("a"));
  look.Saw("a", "payload", 1, true);
  EXPECT_THAT(Told(look), ElementsAre("a"));
  EXPECT_EQ(look.TakeReply(), std::nullopt);
}

TEST(RetainedLook, WhatIsPublishedMeanwhileCountsIfItIsRetained) {
  RetainedLook look;
  look.Begin(7, {.topic = "a"});
  look.Subscribed("a");
  look.Saw("a", "passes by", 1, false);
  EXPECT_THAT(Told(look), IsEmpty());
  look.Begin(8, {.topic = "a"});
  look.Subscribed("a");
  look.Saw("a", "old", 1, true);
  look.Saw("a", "", 0, true);
  EXPECT_THAT(Told(look), IsEmpty());
}

TEST(RetainedLook, AListHasTheFirstBehindItsBeginning) {
  RetainedLook look;
  look.Begin(7, {.topic = "", .after = "b", .most = 2});
  EXPECT_FALSE(look.Subscribed("b"));
  look.Subscribed("#");
  for (const char* topic : {"e", "a", "d", "b", "c", "f"}) look.Saw(topic, "x", 0, true);
  look.Saw(std::string(RetainedLook::kTopicBytesMax + 1, 'b'), "x", 0, true);
  EXPECT_THAT(Told(look), ElementsAre("c", "d"));
}

TEST(RetainedLook, APayloadThatIsTooLargeIsLeftOut) {
  RetainedLook look;
  look.Begin(7, {.topic = "a"});
  look.Subscribed("a");
  look.Saw("a", std::string(proto::kRetainedPayloadBytesMax + 1, 'x'), 0, true);
  const auto bytes = look.TakeReply();
  const auto reply = proto::DecodeCommandReply(*bytes);
  EXPECT_EQ(reply->retained.at(0).payload_bytes, proto::kRetainedPayloadBytesMax + 1);
  EXPECT_EQ(reply->retained.at(0).payload, "");
}

}  // namespace
}  // namespace plugin
