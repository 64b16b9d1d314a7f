#include "proto/arrivals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "proto/envelope.h"

namespace proto {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Arrival Lamp() {
  return {.connection = 3,
          .way = ConnectionWay::kMqtt,
          .since = 1'764'000'000,
          .client_id = "lamp",
          .principal = "cd68",
          .address = "10.0.0.7",
          .thing = "lamp"};
}

Arrival Gone() {
  Arrival gone = Lamp();
  gone.connection = 0x1112131415161718;
  gone.way = ConnectionWay::kWebSocket;
  gone.thing = "";
  gone.end = ArrivalEnd{.reason = "CONNECTION_LOST", .time = 1'764'000'009, .last_request = 12};
  return gone;
}

std::string Both() {
  ArrivalBatchWriter writer(0x0102030405060708, 5, /*first=*/true);
  writer.Add(Lamp());
  writer.Add(Gone());
  return std::move(writer).Finish(/*last=*/false);
}

std::string Only(const Arrival& arrival) {
  ArrivalBatchWriter writer(1, 1, false);
  writer.Add(arrival);
  return std::move(writer).Finish(false);
}

TEST(Arrivals, HaveTheDocumentedBytes) {  // docs/link-format.md
  ArrivalBatchWriter writer(7, 5, /*first=*/true);
  writer.Add({.connection = 2,
              .way = ConnectionWay::kWebSocket,
              .since = 3,
              .client_id = "c",
              .principal = "pp",
              .address = "a",
              .thing = "t",
              .end = ArrivalEnd{.reason = "R", .time = 4, .last_request = 9}});
  EXPECT_EQ(std::move(writer).Finish(/*last=*/true),
            std::string("SL\x0D\x07\x01\0\0\0\x07\0\0\0\0\0\0\0"
                        "\x05\0\0\0\0\0\0\0\x03"
                        "\x02\0\0\0\0\0\0\0\x02\x01\x03\0\0\0\0\0\0\0"
                        "\x01\0c\x02\0pp\x01\0a\x01\0t"
                        "\x04\0\0\0\0\0\0\0\x09\0\0\0\0\0\0\0\x01\0R",
                        75));
}

TEST(Arrivals, ComeBackAsTheyWent) {
  const std::string bytes = Both();
  EXPECT_TRUE(IsArrivals(bytes));
  const auto batch = DecodeArrivals(bytes);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->epoch, 0x0102030405060708u);
  EXPECT_EQ(batch->answered_below, 5u);
  EXPECT_TRUE(batch->first);
  EXPECT_FALSE(batch->last);
  EXPECT_THAT(batch->arrivals, ElementsAre(Lamp(), Gone()));
}

TEST(Arrivals, OfTenThousandConnectionsAreSomeHundredKilobytes) {
  ArrivalBatchWriter writer(1, 1, true);
  for (int i = 0; i < 10'000; ++i) writer.Add(Lamp());
  EXPECT_LT(writer.bytes(), 1u << 20);
}

TEST(Arrivals, AreNoOtherEnvelope) {
  EXPECT_FALSE(DecodeRequestBatch(Both()).ok());
  EXPECT_FALSE(DecodeAnswerBatch(Both()).ok());
  EXPECT_FALSE(DecodeStatus(Both()).ok());
  for (const std::string& other :
       {EncodeHello({.life = 5}), EncodeStatus(7, {}), std::string("SL")}) {
    EXPECT_FALSE(IsArrivals(other));
    EXPECT_FALSE(DecodeArrivals(other).ok());
  }
}

TEST(Arrivals, EveryTruncationIsRefused) {
  for (size_t size = 0; size < Both().size(); ++size) {
    EXPECT_FALSE(DecodeArrivals(Both().substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeArrivals(Both() + "x").ok());
}

TEST(Arrivals, AbsurdCountsAreRefusedBeforeAnythingIsReserved) {
  std::string bytes = Both();
  for (size_t i = 4; i < 8; ++i) bytes[i] = '\xFF';
  EXPECT_THAT(std::string(DecodeArrivals(bytes).status().message()),
              HasSubstr("more arrivals announced"));
}

TEST(Arrivals, WhatAPluginWouldNotSayIsRefused) {
  const auto refused = [](const Arrival& arrival) { return !DecodeArrivals(Only(arrival)).ok(); };
  EXPECT_FALSE(refused(Lamp()));
  Arrival bad = Lamp();
  bad.connection = 0;
  EXPECT_TRUE(refused(bad));
  for (const int way : {0, 5}) {
    bad = Lamp();
    bad.way = static_cast<ConnectionWay>(way);
    EXPECT_TRUE(refused(bad));
  }
  bad = Lamp();
  bad.thing = "no/thing";
  EXPECT_TRUE(refused(bad));
  bad = Lamp();
  bad.since = -1;
  EXPECT_TRUE(refused(bad));
  for (const char* const reason : {"lost", "A B", "A\n"}) {
    bad = Gone();
    bad.end->reason = reason;
    EXPECT_TRUE(refused(bad));
  }
  ArrivalBatchWriter of_no_epoch(0, 1, false);
  EXPECT_FALSE(DecodeArrivals(std::move(of_no_epoch).Finish(false)).ok());
  std::string flags = Both();
  flags[24] = 4;
  EXPECT_FALSE(DecodeArrivals(flags).ok());
  std::string flag_of_one = Both();
  flag_of_one[34] = 2;
  EXPECT_FALSE(DecodeArrivals(flag_of_one).ok());
}

TEST(Arrivals, TextsAreBounded) {
  const std::string longer(kArrivalTextBytesMax + 1, 'x');
  Arrival arrival = Lamp();
  arrival.client_id = longer;
  const std::string cut = Only(arrival);
  EXPECT_EQ(DecodeArrivals(cut)->arrivals[0].client_id.size(), kArrivalTextBytesMax);

  arrival.client_id = absl::string_view(longer).substr(1);
  std::string too_long = Only(arrival);
  too_long[43] = '\0';  // the length of the client id, now 256
  too_long[44] = '\x01';
  too_long.insert(45, "x");
  EXPECT_FALSE(DecodeArrivals(too_long).ok());
}

TEST(Arrivals, DamageNeverCrashes) {
  constexpr unsigned kSeed = 20241122;
  std::mt19937 random(kSeed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = Both();
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)DecodeArrivals(bytes);
  }
}

}  // namespace
}  // namespace proto
