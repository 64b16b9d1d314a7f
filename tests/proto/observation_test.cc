#include "proto/observation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proto {
namespace {

using Kind = Observation::Kind;

ObservationBatch OneOfEach() {
  return {.epoch = 7,
          .lost = 3,
          .observations = {{.us = 1,
                            .thing = "lamp",
                            .client = "lamp-7",
                            .text = "ce17",
                            .result = Observation::Result::kClosed,
                            .clean = true,
                            .mqtt5 = true,
                            .way = ConnectionWay::kMqtt,
                            .keep_alive_s = 1200},
                           {.us = 2, .kind = Kind::kDisconnect, .client = "c", .text = "UNKNOWN"},
                           {.us = 3,
                            .kind = Kind::kSubscribe,
                            .client = "c",
                            .text = "a/#",
                            .allowed = true,
                            .qos = 2},
                           {.us = 4, .kind = Kind::kUnsubscribe, .client = "c", .text = "a/#"},
                           {.us = 5,
                            .kind = Kind::kPublish,
                            .client = "c",
                            .text = "a",
                            .allowed = true,
                            .qos = 1,
                            .retain = true,
                            .payload_bytes = 3,
                            .payload = {"\0\xff!", 3}},
                           {.us = int64_t{1} << 62,
                            .kind = Kind::kDeliver,
                            .client = "c",
                            .text = "a",
                            .payload_bytes = 1u << 20}}};
}

TEST(Observations, ComeBackAsTheyWere) {
  const std::string bytes = EncodeObservations(OneOfEach());
  EXPECT_TRUE(IsObservations(bytes));
  const auto decoded = DecodeObservations(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->epoch, 7u);
  EXPECT_EQ(decoded->lost, 3u);
  EXPECT_EQ(decoded->observations, OneOfEach().observations);
}

TEST(Observations, HaveTheBytesOfTheLinkFormat) {
  const std::vector<Observation> all = OneOfEach().observations;
  const auto bytes = [](const Observation& seen) {
    return EncodeObservations({.epoch = 7, .lost = 1, .observations = {seen}});
  };
  const std::string head("SL\x0D\x09\x01\0\0\0\x07\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0", 24);
  EXPECT_EQ(bytes(all[0]), head + std::string("\x01\0\0\0\0\0\0\0\x01\x0c\x04\0lamp\x06\0lamp-7"
                                              "\x04\0ce17\x02\x01\xb0\x04",
                                              34));
  EXPECT_EQ(bytes(all[1]),
            head + std::string("\x02\0\0\0\0\0\0\0\x02\0\0\0\x01\0c\x07\0UNKNOWN", 24));
  EXPECT_EQ(bytes(all[2]),
            head + std::string("\x03\0\0\0\0\0\0\0\x03\x01\0\0\x01\0c\x03\0a/#\x02", 21));
  EXPECT_EQ(bytes(all[4]), head + std::string("\x05\0\0\0\0\0\0\0\x05\x03\0\0\x01\0c\x01\0a\x01"
                                              "\x03\0\0\0\x03\0\0\0\0\xff!",
                                              30));
  EXPECT_EQ(bytes(all[5]), head + std::string("\0\0\0\0\0\0\0\x40\x06\0\0\0\x01\0c\x01\0a\0"
                                              "\0\0\x10\0\0\0\0\0",
                                              27));
}

TEST(Observations, OfAnyOtherLengthAreRefused) {
  const std::string bytes = EncodeObservations(OneOfEach());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeObservations(absl::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeObservations(bytes + "x").ok());
  std::string more = bytes;
  more[4] = '\xff';
  EXPECT_FALSE(DecodeObservations(more).ok());
}

// The envelope of one, with the byte `at` in it replaced.
bool IsReadWith(Observation seen, size_t at, char byte) {
  constexpr size_t kHead = 24;
  std::string bytes = EncodeObservations({.epoch = 7, .observations = {seen}});
  EXPECT_TRUE(DecodeObservations(bytes).ok());
  bytes.at(kHead + at) = byte;
  return DecodeObservations(bytes).ok();
}

TEST(Observations, ThatMeanNothingAreRefused) {
  EXPECT_FALSE(DecodeObservations(EncodeObservations({.epoch = 0})).ok());
  const size_t kind = 8, flags = 9, rest = 16;
  for (const char other : {'\0', '\x07', '\xff'}) {
    EXPECT_FALSE(IsReadWith({}, kind, other)) << int{other};
  }
  EXPECT_FALSE(IsReadWith({}, flags, 1));
  EXPECT_FALSE(IsReadWith({.kind = Kind::kDisconnect}, flags, 4));
  EXPECT_FALSE(IsReadWith({.kind = Kind::kSubscribe}, flags, 2));
  EXPECT_FALSE(IsReadWith({.kind = Kind::kDeliver}, flags, 1));
  EXPECT_FALSE(IsReadWith({}, rest, 3));                          // result
  EXPECT_FALSE(IsReadWith({}, rest + 1, 0));                      // way
  EXPECT_FALSE(IsReadWith({}, rest + 1, 3));                      // HTTPS is no connection
  EXPECT_FALSE(IsReadWith({.kind = Kind::kSubscribe}, rest, 3));  // QoS
  EXPECT_FALSE(IsReadWith({.kind = Kind::kPublish, .payload_bytes = 1, .payload = "x"}, rest + 1,
                          2));  // part of a payload
}

}  // namespace
}  // namespace proto
