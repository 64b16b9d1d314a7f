#include "proto/connect_packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace proto {
namespace {

using testing::HasSubstr;

std::string Bytes(absl::string_view hex) { return absl::HexStringToBytes(hex); }

// A CONNECT of each level, of client "ab": 3.1.1 plain, with all that there can be in it, 3.1, and
// 5 with properties and a will that has some.
const std::string kPlain = Bytes(
    "100e"
    "00044d515454"
    "04"
    "02"
    "003c"
    "00026162");
const std::string kFull = Bytes(
    "101f"
    "00044d515454"
    "04"
    "f6"
    "003c"
    "00026162"
    "000174"
    "00027077"
    "00043f53444b"
    "00020001");
const std::string kOld = Bytes(
    "1010"
    "00064d5149736470"
    "03"
    "00"
    "003c"
    "00026162");
const std::string kMqtt5 = Bytes(
    "102c"
    "00044d515454"
    "05"
    "06"
    "003c"
    "11"
    "1100000e10"
    "2100ff"
    "26000161000162"
    "1900"
    "00026162"
    "05"
    "1800000005"
    "000174"
    "000170");

std::string FaultOf(absl::string_view bytes) {
  const auto read = ReadConnect(bytes);
  if (read.ok()) return read->has_value() ? "it is read" : "more is wanted";
  return std::string(read.status().message());
}

ConnectPacket Read(absl::string_view bytes) {
  const auto read = ReadConnect(bytes);
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() && read->has_value() ? **read : ConnectPacket();
}

TEST(ConnectPacket, IsReadInAllThreeLevels) {
  for (const std::string& bytes : {kPlain, kFull, kOld, kMqtt5}) {
    const ConnectPacket packet = Read(bytes);
    EXPECT_EQ(packet.bytes, bytes.size());
    EXPECT_EQ(packet.client_id, "ab");
  }
  EXPECT_EQ(Read(kFull).username, "?SDK");
  EXPECT_FALSE(Read(kPlain).username.has_value());
}

TEST(ConnectPacket, IsWrittenWithAnotherLoginAndElseToTheByte) {
  EXPECT_EQ(absl::BytesToHexString(WriteConnect(Read(kPlain), "u", "pw")),
            "1015"
            "00044d515454"
            "04"
            "c2"
            "003c"
            "00026162"
            "000175"
            "00027077");
  EXPECT_EQ(absl::BytesToHexString(WriteConnect(Read(kFull), "u", "pw")),
            "101c"
            "00044d515454"
            "04"
            "f6"
            "003c"
            "00026162"
            "000174"
            "00027077"
            "000175"
            "00027077");
  EXPECT_EQ(absl::BytesToHexString(WriteConnect(Read(kOld), "u", "pw")),
            "1017"
            "00064d5149736470"
            "03"
            "c0"
            "003c"
            "00026162"
            "000175"
            "00027077");
  EXPECT_EQ(absl::BytesToHexString(WriteConnect(Read(kMqtt5), "u", "pw")),
            "1033"
            "00044d515454"
            "05"
            "c6"
            "003c"
            "11"
            "1100000e10"
            "2100ff"
            "26000161000162"
            "1900"
            "00026162"
            "05"
            "1800000005"
            "000174"
            "000170"
            "000175"
            "00027077");
}

TEST(ConnectPacket, OfWhichThereIsOnlyABeginningWantsMore) {
  for (const std::string& bytes : {kPlain, kFull, kOld, kMqtt5}) {
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_EQ(FaultOf(absl::string_view(bytes).substr(0, size)), "more is wanted") << size;
    }
  }
}

TEST(ConnectPacket, MayHaveOthersBehindIt) {
  EXPECT_EQ(Read(kPlain + Bytes("c000")).bytes, kPlain.size());
}

TEST(ConnectPacket, IsRefusedByWhatIsWrong) {
  EXPECT_THAT(FaultOf(Bytes("c000")), HasSubstr("the first packet is another"));
  EXPECT_THAT(FaultOf(Bytes("11")), HasSubstr("the first packet is another"));
  EXPECT_THAT(FaultOf(Bytes("10ffffffff7f")), HasSubstr("more than four bytes"));
  EXPECT_THAT(FaultOf(Bytes("10ffffff7f")), HasSubstr("more than 131072 bytes"));
  const std::string levels[] = {"00044d51545406",     "00044d51545403", "00044d51545484",
                                "00064d514973647004", "00044d51545104", "000004"};
  for (const std::string& level : levels) {
    EXPECT_THAT(FaultOf(absl::StrCat(Bytes("10"), std::string(1, '\x0e'), Bytes(level),
                                     std::string(16, '\0'))),
                HasSubstr("none of MQTT 3.1, 3.1.1 and 5"))
        << level;
  }
  // The reserved flag; a will's QoS 3; a will's QoS, and its retaining, without a will; a password
  // without a user name.
  for (const absl::string_view flags : {"03", "1e", "0a", "22", "42"}) {
    EXPECT_THAT(FaultOf(Bytes(absl::StrCat("100e00044d51545404", flags, "003c00026162"))),
                HasSubstr("flags contradict"))
        << flags;
  }
  for (const absl::string_view body :
       {"100d00044d5154540402003c000261", "100f00044d5154540402003c0002616200",
        "100e00044d5154540482003c00026162", "100e00044d5154540406003c00026162",
        "100e00044d5154540402003cffff6162"}) {
    EXPECT_THAT(FaultOf(Bytes(body)), HasSubstr("do not end where it does")) << body;
  }
}

TEST(ConnectPacket, OfMqtt5HasNoAuthenticationOfItsOwnAndNoPropertyThatIsNotAConnects) {
  const auto with = [](absl::string_view properties) {
    const std::string bytes = Bytes(properties);
    std::string packet = Bytes(
        "10"
        "00"
        "00044d515454"
        "05"
        "02"
        "003c");
    packet += static_cast<char>(bytes.size());
    packet += bytes + Bytes("00026162");
    packet[1] = static_cast<char>(packet.size() - 2);
    return packet;
  };
  EXPECT_EQ(FaultOf(with("")), "it is read");
  EXPECT_EQ(FaultOf(with("220001"
                         "2700010000"
                         "1701")),
            "it is read");
  EXPECT_THAT(FaultOf(with("15000161")), HasSubstr("authentication"));
  EXPECT_THAT(FaultOf(with("16000161")), HasSubstr("authentication"));
  EXPECT_THAT(FaultOf(with("0b01")), HasSubstr("property 11"));
  EXPECT_THAT(FaultOf(with("ff")), HasSubstr("property 255"));
  EXPECT_THAT(FaultOf(with("1100")), HasSubstr("ends too late"));
  EXPECT_THAT(FaultOf(with("26000161")), HasSubstr("ends too late"));
}

TEST(ConnectPacket, WhateverIsReadIsReadTheSameOnceItIsWritten) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  for (int round = 0; round < 20000; ++round) {
    const std::string* const from[] = {&kPlain, &kFull, &kOld, &kMqtt5};
    std::string bytes = *from[random() % 4];
    for (unsigned i = random() % 4; i > 0; --i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto read = ReadConnect(bytes);
    if (!read.ok() || !read->has_value()) continue;
    const std::string written = WriteConnect(**read, "user", "password");
    const ConnectPacket again = Read(written);
    ASSERT_EQ(again.bytes, written.size());
    ASSERT_EQ(again.client_id, (*read)->client_id);
    ASSERT_EQ(again.middle, (*read)->middle);
    ASSERT_EQ(again.username, "user");
  }
}

}  // namespace
}  // namespace proto
