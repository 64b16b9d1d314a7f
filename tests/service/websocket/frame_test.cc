#include "service/websocket/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

using Kind = FramePiece::Kind;
using testing::ElementsAre;
using testing::Pair;

// A client's frame. `first`: its first byte, the final flag and the kind.
std::string Frame(unsigned first, const std::string& payload,
                  absl::string_view mask = "\x12\x34\x56\x78") {
  std::string frame(1, static_cast<char>(first));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() <= 0xFFFF) {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xFF);
  } else {
    frame += static_cast<char>(0x80 | 127);
    for (int i = 7; i >= 0; --i) frame += static_cast<char>(uint64_t{payload.size()} >> (8 * i));
  }
  absl::StrAppend(&frame, mask);
  for (size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return frame;
}

// What comes out of these bytes, handed over in pieces of `step`; data that came together is one.
std::vector<std::pair<Kind, std::string>> ReadAll(const std::string& bytes, size_t step) {
  std::vector<std::pair<Kind, std::string>> read;
  FrameReader reader;
  for (size_t at = 0; at < bytes.size(); at += step) {
    std::string part = bytes.substr(at, step);
    absl::Span<char> left(part.data(), part.size());
    while (true) {
      const FramePiece piece = reader.Take(left);
      if (piece.kind == Kind::kMore) break;
      const bool goes_on =
          piece.kind == Kind::kData && !read.empty() && read.back().first == Kind::kData;
      if (!goes_on) read.emplace_back(piece.kind, "");
      read.back().second += std::string(piece.bytes);
      if (piece.kind == Kind::kFault) {
        read.back().second = absl::StrCat(static_cast<uint16_t>(piece.code));
        return read;
      }
    }
    EXPECT_TRUE(left.empty());
  }
  return read;
}

TEST(FrameReader, ReadsFramesHoweverTheirBytesCome) {
  const std::string long_one(70'000, 'x');
  const std::string middle(300, 'y');
  const std::string bytes = Frame(0x82, "abc") + Frame(0x89, "ping") + Frame(0x02, "d") +
                            Frame(0x8A, "") + Frame(0x00, middle) + Frame(0x80, "") +
                            Frame(0x82, long_one) + Frame(0x88, "\x03\xE8");
  for (const size_t step :
       {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{1000}, bytes.size()}) {
    EXPECT_THAT(ReadAll(bytes, step),
                ElementsAre(Pair(Kind::kData, "abc"), Pair(Kind::kPing, "ping"),
                            Pair(Kind::kData, "d"), Pair(Kind::kPong, ""),
                            Pair(Kind::kData, middle + long_one), Pair(Kind::kClose, "\x03\xE8")))
        << step;
  }
}

TEST(FrameReader, RefusesWhatIsNoClientsFrameForMqtt) {
  const auto fault = [](const std::string& bytes) {
    const auto read = ReadAll(bytes, 1);
    return read.empty() || read.back().first != Kind::kFault ? "none" : read.back().second;
  };
  EXPECT_EQ(fault(Frame(0x81, "text")), "1003");
  EXPECT_EQ(fault(Frame(0xC2, "compressed")), "1002");
  EXPECT_EQ(fault(Frame(0x83, "an unknown kind")), "1002");
  EXPECT_EQ(fault(Frame(0x8B, "an unknown control")), "1002");
  EXPECT_EQ(fault(Frame(0x80, "nothing goes on")), "1002");
  EXPECT_EQ(fault(Frame(0x02, "a") + Frame(0x82, "another begins")), "1002");
  EXPECT_EQ(fault(Frame(0x09, "a ping in parts")), "1002");
  EXPECT_EQ(fault(Frame(0x89, std::string(126, 'a'))), "1002");
  EXPECT_EQ(fault(std::string("\x82\x03"
                              "abc",
                              5) +
                  "more"),
            "1002");  // not masked
  EXPECT_EQ(fault(std::string("\x82\xFE\x00\x05"
                              "mask",
                              8)),
            "1002");  // not the shortest
  EXPECT_EQ(fault(std::string("\x82\xFF\0\0\0\0\0\0\xFF\xFF"
                              "mask",
                              14)),
            "1002");
  EXPECT_EQ(fault(std::string("\x82\xFF\x80\0\0\0\0\0\0\0"
                              "mask",
                              14)),
            "1002");  // 64 bits
}

TEST(FrameReader, RefusesAFrameWithoutAMaskBeforeThereIsMore) {
  EXPECT_THAT(ReadAll(std::string("\x82\x02", 2), 2), ElementsAre(Pair(Kind::kFault, "1002")));
}

TEST(FrameReader, TakesACloseWhoseCodeCannotBeSaidForAProtocolError) {
  const auto close = [](const std::string& payload) {
    return ReadAll(Frame(0x88, payload), 100).front().second;
  };
  for (const std::string good :
       {"", "\x03\xE8why", "\x03\xEB", "\x03\xEF", "\x0B\xB8", "\x13\x87"}) {
    EXPECT_EQ(close(good), good);
  }
  for (const std::string bad :
       {"\x03", "\x03\xE7", "\x03\xEC", "\x03\xED", "\x03\xEE", "\x0B\xB7", "\x13\x88"}) {
    EXPECT_EQ(close(bad), "\x03\xEA");
  }
}

TEST(FrameReader, ReadsNothingAfterAFault) {
  std::string bytes = Frame(0x81, "text") + Frame(0x82, "abc");
  absl::Span<char> left(bytes.data(), bytes.size());
  FrameReader reader;
  EXPECT_EQ(reader.Take(left).kind, Kind::kFault);
  EXPECT_EQ(reader.Take(left).kind, Kind::kFault);
}

TEST(FrameReader, GivesWhatWasFramedWhateverTheCuts) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  for (int round = 0; round < 200; ++round) {
    std::string sent;
    std::string bytes;
    bool in_message = false;
    for (int i = 0; i < 20; ++i) {
      std::string payload(random() % 400, static_cast<char>('a' + i));
      const bool is_final = random() % 2 == 0;
      const unsigned kind = in_message ? 0 : 2;
      bytes += Frame((is_final ? 0x80 : 0) | kind, payload);
      sent += payload;
      in_message = !is_final;
    }
    std::string read;
    for (const auto& [kind, piece] : ReadAll(bytes, 1 + random() % 500)) {
      ASSERT_EQ(kind, Kind::kData);
      read += piece;
    }
    ASSERT_EQ(read, sent);
  }
}

TEST(Frame, OfOursHasTheShortestLength) {
  const auto head = [](uint64_t size) {
    char out[kFrameHeadBytesMax];
    return std::string(out, WriteHead(FrameKind::kBinary, size, out));
  };
  EXPECT_EQ(head(0), std::string("\x82\0", 2));
  EXPECT_EQ(head(125), "\x82\x7D");
  EXPECT_EQ(head(126), std::string("\x82\x7E\0\x7E", 4));
  EXPECT_EQ(head(65535), "\x82\x7E\xFF\xFF");
  EXPECT_EQ(head(65536), std::string("\x82\x7F\0\0\0\0\0\x01\0\0", 10));
}

TEST(Frame, OfControlCarriesNoMoreThanItCan) {
  EXPECT_EQ(ControlFrame(FrameKind::kPong, "ab"),
            "\x8A\x02"
            "ab");
  EXPECT_EQ(CloseFrame(CloseCode::kWrongKind, "why"), "\x88\x05\x03\xEBwhy");
  EXPECT_EQ(CloseFrame(CloseCode::kNormal, std::string(200, 'a')).size(), 2 + kControlBytesMax);
}

}  // namespace
}  // namespace service
