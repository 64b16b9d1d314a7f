#include "service/websocket/packet_ends.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace service {
namespace {

// A packet of MQTT with so many bytes behind its length.
std::string PacketOf(size_t body_bytes) {
  std::string packet = "\x30";
  size_t left = body_bytes;
  do {
    packet.push_back(static_cast<char>((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
    left >>= 7;
  } while (left > 0);
  return packet + std::string(body_bytes, 'x');
}

TEST(PacketEnds, EachPacketEndsWhereItsLengthSays) {
  PacketEnds ends;
  std::vector<std::string> packets;
  std::string stream;
  for (const size_t bytes : {0, 1, 127, 128, 0, 16383, 16384, 2}) {
    packets.push_back(PacketOf(bytes));
    stream += packets.back();
  }
  absl::string_view rest = stream;
  for (const std::string& packet : packets) {
    const size_t taken = ends.Take(rest);
    EXPECT_EQ(rest.substr(0, taken), packet);
    rest.remove_prefix(taken);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(PacketEnds, ItDoesNotMatterInWhatPiecesTheStreamComes) {
  const std::string stream = PacketOf(200) + PacketOf(0) + PacketOf(5);
  for (size_t piece = 1; piece < 20; ++piece) {
    PacketEnds ends;
    std::vector<size_t> found;
    for (size_t at = 0; at < stream.size();) {
      const size_t end = std::min(stream.size(), at - at % piece + piece);
      at += ends.Take(absl::string_view(stream).substr(at, end - at));
      if (at < end || at == stream.size()) found.push_back(at);
    }
    // A packet that ends with a piece is not told from one that goes on.
    for (const size_t end : found) {
      EXPECT_TRUE(end == 203 || end == 205 || end == 212) << piece << ": " << end;
    }
  }
}

}  // namespace
}  // namespace service
