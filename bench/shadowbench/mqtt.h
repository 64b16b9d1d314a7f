// MQTT 3.1.1 as far as a load generator speaks it: packets made into and read out of plain bytes,
// without allocation on the way of a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bench {

enum class PacketType : uint8_t {
  kConnack = 2,
  kPublish = 3,
  kPuback = 4,
  kSuback = 9,
  kPingresp = 13,
};

struct Packet {
  PacketType type;
  uint8_t flags;           // low half of the first byte
  absl::string_view body;  // what follows the remaining length
  size_t bytes;            // of the whole packet
};

enum class Frame { kWhole, kPartial, kBroken };

// Reads the packet that `bytes` begin with into `packet`, whose body points into `bytes`. kPartial:
// more bytes are needed. kBroken: no MQTT.
Frame ReadPacket(absl::string_view bytes, Packet& packet);

struct Publish {
  absl::string_view topic;
  absl::string_view payload;
  uint16_t packet_id;  // 0 at QoS 0
};

// False if the packet is not a well-formed PUBLISH of QoS 0 or 1.
bool ReadPublish(const Packet& packet, Publish& publish);

inline constexpr size_t kPubackBytes = 4;

// Writes kPubackBytes bytes.
void WritePuback(uint16_t packet_id, char* out);

// Both numbers of two bytes stand big-endian.
void WriteUint16(uint16_t number, char* out);
uint16_t ReadUint16(const char* bytes);

// A clean session without a keep-alive: an idle device sends nothing.
std::string ConnectPacket(absl::string_view client_id);
std::string SubscribePacket(uint16_t packet_id, const std::vector<std::string>& filters, int qos);
std::string PingPacket();

// Everything of a PUBLISH that stands before its payload. At QoS 1 the last two bytes are the
// packet id, to be overwritten.
std::string PublishHeader(absl::string_view topic, int qos, size_t payload_bytes);

}  // namespace bench
