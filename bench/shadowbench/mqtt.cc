#include "bench/shadowbench/mqtt.h"

namespace bench {
namespace {

constexpr int kLengthBytesMax = 4;
constexpr uint8_t kCleanSession = 0x02;

void AppendUint16(size_t number, std::string& out) {
  out.push_back(static_cast<char>(number >> 8));
  out.push_back(static_cast<char>(number));
}

void AppendString(absl::string_view text, std::string& out) {
  AppendUint16(text.size(), out);
  out.append(text.data(), text.size());
}

void AppendRemainingLength(size_t length, std::string& out) {
  do {
    const char low = static_cast<char>(length & 0x7f);
    length >>= 7;
    out.push_back(static_cast<char>(low | (length > 0 ? 0x80 : 0)));
  } while (length > 0);
}

std::string WithHeader(char first, absl::string_view body) {
  std::string packet(1, first);
  AppendRemainingLength(body.size(), packet);
  packet.append(body.data(), body.size());
  return packet;
}

}  // namespace

Frame ReadPacket(absl::string_view bytes, Packet& packet) {
  size_t length = 0;
  for (size_t i = 1; i <= kLengthBytesMax; ++i) {
    if (i >= bytes.size()) return Frame::kPartial;
    const auto byte = static_cast<uint8_t>(bytes[i]);
    length |= static_cast<size_t>(byte & 0x7f) << (7 * (i - 1));
    if (byte & 0x80) continue;

    packet.bytes = i + 1 + length;
    if (bytes.size() < packet.bytes) return Frame::kPartial;
    const auto first = static_cast<uint8_t>(bytes[0]);
    packet.type = static_cast<PacketType>(first >> 4);
    packet.flags = first & 0x0f;
    packet.body = bytes.substr(i + 1, length);
    return Frame::kWhole;
  }
  return Frame::kBroken;
}

bool ReadPublish(const Packet& packet, Publish& publish) {
  const absl::string_view body = packet.body;
  const int qos = (packet.flags >> 1) & 3;
  if (packet.type != PacketType::kPublish || qos > 1 || body.size() < 2) return false;
  const size_t topic_bytes = ReadUint16(body.data());
  const size_t payload_at = 2 + topic_bytes + (qos == 1 ? 2 : 0);
  if (body.size() < payload_at) return false;
  publish.topic = body.substr(2, topic_bytes);
  publish.packet_id = qos == 1 ? ReadUint16(body.data() + 2 + topic_bytes) : 0;
  publish.payload = body.substr(payload_at);
  return true;
}

void WriteUint16(uint16_t number, char* out) {
  out[0] = static_cast<char>(number >> 8);
  out[1] = static_cast<char>(number);
}

uint16_t ReadUint16(const char* bytes) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[0]) << 8 |
                               static_cast<uint8_t>(bytes[1]));
}

void WritePuback(uint16_t packet_id, char* out) {
  out[0] = 0x40;
  out[1] = 2;
  WriteUint16(packet_id, out + 2);
}

std::string ConnectPacket(absl::string_view client_id) {
  std::string body;
  AppendString("MQTT", body);
  body.push_back(4);  // 3.1.1
  body.push_back(kCleanSession);
  AppendUint16(0, body);  // no keep-alive
  AppendString(client_id, body);
  return WithHeader(0x10, body);
}

std::string SubscribePacket(uint16_t packet_id, const std::vector<std::string>& filters, int qos) {
  std::string body;
  AppendUint16(packet_id, body);
  for (const std::string& filter : filters) {
    AppendString(filter, body);
    body.push_back(static_cast<char>(qos));
  }
  return WithHeader(static_cast<char>(0x82), body);
}

std::string PingPacket() { return WithHeader(static_cast<char>(0xc0), ""); }

std::string PublishHeader(absl::string_view topic, int qos, size_t payload_bytes) {
  const size_t id_bytes = qos == 1 ? 2 : 0;
  std::string header(1, static_cast<char>(0x30 | qos << 1));
  AppendRemainingLength(2 + topic.size() + id_bytes + payload_bytes, header);
  AppendString(topic, header);
  header.append(id_bytes, '\0');
  return header;
}

}  // namespace bench
