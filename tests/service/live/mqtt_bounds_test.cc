#include "service/live/mqtt_bounds.h"

#include <gtest/gtest.h>

namespace service {
namespace {

constexpr int64_t kSecondUs = 1'000'000;

// How many of so many messages, `every_us` apart, a page gets.
int Taken(MqttBounds& bounds, int messages, int64_t every_us, size_t bytes, int64_t from_us = 0) {
  int taken = 0;
  for (int i = 0; i < messages; ++i) taken += bounds.TakeMessage(bytes, from_us + i * every_us);
  return taken;
}

TEST(MqttBounds, AFullSecondComesAtOnceAndThenWhatTimeGives) {
  MqttBounds bounds;
  EXPECT_EQ(Taken(bounds, 2 * kMqttMessagesPerSecondMax, 0, 1), kMqttMessagesPerSecondMax);
  EXPECT_FALSE(bounds.TakeMessage(1, kSecondUs / kMqttMessagesPerSecondMax - 1));
  EXPECT_TRUE(bounds.TakeMessage(1, kSecondUs / kMqttMessagesPerSecondMax));
  EXPECT_FALSE(bounds.TakeMessage(1, kSecondUs / kMqttMessagesPerSecondMax));
}

TEST(MqttBounds, OfFiveThousandASecondATenthComesForAsLongAsTheyLast) {
  MqttBounds bounds;
  constexpr int kSeconds = 60;
  const int taken = Taken(bounds, 5000 * kSeconds, 200, 100);
  EXPECT_GE(taken, kMqttMessagesPerSecondMax * kSeconds);
  EXPECT_LE(taken, kMqttMessagesPerSecondMax * (kSeconds + 1));
}

TEST(MqttBounds, BytesCountAsWell) {
  MqttBounds bounds;
  const int fit = static_cast<int>(kMqttBytesPerSecondMax / kMqttPayloadBytesMax);
  EXPECT_EQ(Taken(bounds, 100, 0, kMqttPayloadBytesMax), fit);
  EXPECT_FALSE(bounds.TakeMessage(kMqttPayloadBytesMax, 1));
  EXPECT_TRUE(bounds.TakeMessage(0, 1));  // what is refused has taken nothing
  EXPECT_EQ(Taken(bounds, 100, 0, kMqttPayloadBytesMax, 10 * kSecondUs), fit);
}

TEST(MqttBounds, TimeLeavesNoMoreThanASecondsWorth) {
  MqttBounds bounds;
  EXPECT_EQ(Taken(bounds, 5000, 0, 1, int64_t{1} << 60), kMqttMessagesPerSecondMax);
}

TEST(MqttBounds, PublishesHaveABucketOfTheirOwn) {
  MqttBounds bounds;
  Taken(bounds, 5000, 0, 1);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += bounds.TakePublish(0);
  EXPECT_EQ(taken, kMqttPublishesPerSecondMax);
  EXPECT_TRUE(bounds.TakePublish(kSecondUs / kMqttPublishesPerSecondMax));
}

}  // namespace
}  // namespace service
