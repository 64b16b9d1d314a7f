#include "bench/shadowbench/mqtt.h"

#include <gtest/gtest.h>

#include <string>

namespace bench {
namespace {

std::string PublishOf(const std::string& topic, int qos, const std::string& payload) {
  return PublishHeader(topic, qos, payload.size()) + payload;
}

TEST(Mqtt, ReadsWhatItWrites) {
  for (const size_t payload_bytes : {0u, 1u, 100u, 127u, 128u, 16'383u, 16'384u, 300'000u}) {
    for (const int qos : {0, 1}) {
      const std::string bytes = PublishOf("a/b", qos, std::string(payload_bytes, 'p'));
      Packet packet;
      ASSERT_EQ(ReadPacket(bytes, packet), Frame::kWhole);
      EXPECT_EQ(packet.bytes, bytes.size());
      Publish publish;
      ASSERT_TRUE(ReadPublish(packet, publish));
      EXPECT_EQ(publish.topic, "a/b");
      EXPECT_EQ(publish.payload.size(), payload_bytes);
    }
  }
}

TEST(Mqtt, CarriesThePacketIdInTheLastBytesOfTheHeader) {
  std::string header = PublishHeader("t", 1, 0);
  WriteUint16(0xabcd, header.data() + header.size() - 2);
  Packet packet;
  ASSERT_EQ(ReadPacket(header, packet), Frame::kWhole);
  Publish publish;
  ASSERT_TRUE(ReadPublish(packet, publish));
  EXPECT_EQ(publish.packet_id, 0xabcd);
}

TEST(Mqtt, WaitsForAWholePacket) {
  const std::string bytes = PublishOf("topic", 1, std::string(200, 'p'));
  Packet packet;
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ReadPacket(absl::string_view(bytes).substr(0, size), packet), Frame::kPartial);
  }
}

TEST(Mqtt, KnowsALengthThatCannotBe) {
  Packet packet;
  EXPECT_EQ(ReadPacket("\x30\xff\xff\xff\xff\x01", packet), Frame::kBroken);
}

TEST(Mqtt, RefusesAPublishThatIsShorterThanItsTopic) {
  Packet packet;
  ASSERT_EQ(ReadPacket(absl::string_view("\x30\x03\x00\x09x", 5), packet), Frame::kWhole);
  Publish publish;
  EXPECT_FALSE(ReadPublish(packet, publish));
}

TEST(Mqtt, RefusesQoS2) {
  Packet packet;
  ASSERT_EQ(ReadPacket(absl::string_view("\x34\x05\x00\x01t\x00\x01", 7), packet), Frame::kWhole);
  Publish publish;
  EXPECT_FALSE(ReadPublish(packet, publish));
}

}  // namespace
}  // namespace bench
