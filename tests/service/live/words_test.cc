// What is worded for a page beside the rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/live/health_ring.h"
#include "service/live/mqtt_words.h"
#include "service/live/page_frame.h"

namespace service {
namespace {

TEST(PageFrame, AFrameIsReadAsWhatItAsks) {
  const auto read = ReadFrame(
      R"({"id":3,"do":"follow","what":"things","q":"lamp","sort":"-updated","from":60,"to":120})");
  const auto* const frame = std::get_if<PageFrame>(&read);
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->id, 3);
  const auto& asked = std::get<FollowThings>(frame->asks);
  EXPECT_EQ(asked.from, 60u);
  EXPECT_EQ(asked.to, 120u);
  EXPECT_FALSE(asked.anew);
  EXPECT_TRUE(asked.query == *RosterQuery::Parse("lamp", "-updated"));
}

TEST(PageFrame, APayloadInBase64IsItsBytes) {
  const auto read =
      ReadFrame(R"({"id":8,"do":"publish","topic":"a/b","payload64":"AP8=","qos":1})");
  const auto& publish = std::get<MqttPublish>(std::get<PageFrame>(read).asks);
  EXPECT_EQ(publish.payload, absl::string_view("\0\xFF", 2));
  EXPECT_EQ(publish.qos, 1);
  EXPECT_FALSE(publish.retain);
}

TEST(PageFrame, TheLargestIdIsTwoToTheFiftyThird) {
  EXPECT_TRUE(
      std::holds_alternative<PageFrame>(ReadFrame(R"({"id":9007199254740992,"do":"leave"})")));
  EXPECT_TRUE(
      std::holds_alternative<FrameFault>(ReadFrame(R"({"id":9007199254740993,"do":"leave"})")));
  EXPECT_TRUE(std::holds_alternative<FrameFault>(ReadFrame(R"({"id":1e3,"do":"leave"})")));
}

TEST(PageFrame, AnErrorNamesItsFrameIfThatHasAnId) {
  EXPECT_EQ(ErrorFrame(4, "no \"b\""), R"({"id":4,"error":"no \"b\""})");
  EXPECT_EQ(ErrorFrame(0, "no"), R"({"error":"no"})");
}

TEST(MessageFrame, TextIsTextAndAllElseBase64) {
  EXPECT_EQ(MessageFrame(4, {.at = 5, .topic = "a", .qos = 1, .size = 5, .payload = "hello"}),
            R"({"id":4,"messages":[{"at":5,"topic":"a","qos":1,"retain":false,"size":5,)"
            R"("payload":"hello"}]})");
  EXPECT_EQ(MessageFrame(4, {.at = 5, .topic = "a", .retain = true, .size = 1, .payload = "\xFF"}),
            R"({"id":4,"messages":[{"at":5,"topic":"a","qos":0,"retain":true,"size":1,)"
            R"("payload64":"/w=="}]})");
}

TEST(MessageFrame, WhatIsCutWithinACharacterIsStillText) {
  EXPECT_THAT(MessageFrame(4, {.topic = "a", .size = 9, .payload = "gr\xC3\xBC\xC3"}),
              testing::HasSubstr("\"payload\":\"gr\xC3\xBC\",\"truncated\":true"));
}

TEST(MessageFrame, PropertiesOfMqtt5AreTold) {
  EXPECT_THAT(MessageFrame(4, {.topic = "a",
                               .payload = "",
                               .content_type = "text/plain",
                               .response_topic = "b",
                               .user_properties = {{"k", "v"}, {"k", "w"}}}),
              testing::HasSubstr(R"("contentType":"text/plain","responseTopic":"b",)"
                                 R"("userProperties":[["k","v"],["k","w"]])"));
}

TEST(QuantileUs, IsTheUpperBoundOfWhatCameBetween) {
  measure::Durations before;
  before.Add(1'000'000, 50);
  measure::Durations now = before;
  EXPECT_EQ(QuantileUs(before, now, 0.5), 0);
  now.Add(80, 98);
  now.Add(4'000, 2);
  EXPECT_EQ(QuantileUs(before, now, 0.5), 100);
  EXPECT_EQ(QuantileUs(before, now, 0.98), 100);
  EXPECT_EQ(QuantileUs(before, now, 0.99), 5'000);
  now.Add(60'000'000, 1000);
  EXPECT_EQ(QuantileUs(before, now, 0.99), 5'000'000);
}

}  // namespace
}  // namespace service
