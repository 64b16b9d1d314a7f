#include "proto/connect_packet.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace proto {
namespace {

constexpr uint8_t kConnectByte = 0x10;
constexpr size_t kLengthBytesMax = 4;

// The flags of CONNECT.
constexpr uint8_t kReserved = 0x01;
constexpr uint8_t kWill = 0x04;
constexpr uint8_t kWillQos = 0x18;
constexpr uint8_t kWillRetain = 0x20;
constexpr uint8_t kPassword = 0x40;
constexpr uint8_t kUsername = 0x80;

constexpr std::pair<absl::string_view, uint8_t> kProtocols[] = {
    {"MQIsdp", 3}, {"MQTT", 4}, {"MQTT", 5}};
constexpr uint8_t kLevelOfMqtt5 = 5;

constexpr uint8_t kAuthenticationMethod = 21;
constexpr uint8_t kAuthenticationData = 22;

absl::Status Fault(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("no CONNECT: ", what));
}

// Reads from the front; after the first shortage everything is empty and ok() is false. Numbers
// are big-endian.
class PacketReader {
 public:
  explicit PacketReader(absl::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  absl::string_view rest() const { return rest_; }

  absl::string_view Bytes(size_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const absl::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  uint8_t Byte() {
    const absl::string_view byte = Bytes(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }

  // Two bytes of length, and as many bytes.
  absl::string_view Text() {
    const size_t high = Byte();
    return Bytes(high << 8 | Byte());
  }

  // A variable byte integer; one of more than four bytes is a shortage.
  size_t VariableNumber() {
    size_t number = 0;
    for (size_t i = 0; i < kLengthBytesMax; ++i) {
      const uint8_t byte = Byte();
      number |= static_cast<size_t>(byte & 0x7F) << (7 * i);
      if ((byte & 0x80) == 0) return number;
    }
    ok_ = false;
    return 0;
  }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

// The value of a property that a CONNECT or its will may have. False: there is no such one.
bool SkipProperty(uint8_t identifier, PacketReader& reader) {
  switch (identifier) {
    case 1:   // payload format
    case 23:  // request problem information
    case 25:  // request response information
      reader.Bytes(1);
      return true;
    case 33:  // receive maximum
    case 34:  // topic alias maximum
      reader.Bytes(2);
      return true;
    case 2:   // message expiry
    case 17:  // session expiry
    case 24:  // will delay
    case 39:  // maximum packet size
      reader.Bytes(4);
      return true;
    case 3:  // content type
    case 8:  // response topic
    case 9:  // correlation data
      reader.Text();
      return true;
    case 38:  // user property
      reader.Text();
      reader.Text();
      return true;
    default:
      return false;
  }
}

absl::Status SkipProperties(PacketReader& reader) {
  PacketReader properties(reader.Bytes(reader.VariableNumber()));
  while (properties.ok() && !properties.rest().empty()) {
    const auto identifier = static_cast<uint8_t>(properties.Byte());
    if (identifier == kAuthenticationMethod || identifier == kAuthenticationData) {
      return Fault("authentication by its properties is not known here");
    }
    if (!SkipProperty(identifier, properties)) {
      return Fault(absl::StrCat("it may not have the property ", identifier));
    }
  }
  return properties.ok() ? absl::OkStatus() : Fault("a property ends too late");
}

absl::Status CheckFlags(uint8_t flags, uint8_t level) {
  const bool has_will = (flags & kWill) != 0;
  if ((flags & kReserved) != 0 || (flags & kWillQos) == kWillQos ||
      (!has_will && (flags & (kWillQos | kWillRetain)) != 0) ||
      (level != kLevelOfMqtt5 && (flags & (kUsername | kPassword)) == kPassword)) {
    return Fault("its flags contradict each other");
  }
  return absl::OkStatus();
}

absl::Status ReadProtocol(PacketReader& reader, uint8_t& level) {
  const absl::string_view name = reader.Text();
  level = reader.Byte();
  for (const auto& known : kProtocols) {
    if (known == std::make_pair(name, level)) return absl::OkStatus();
  }
  return Fault("its protocol is none of MQTT 3.1, 3.1.1 and 5");
}

// `body`: what lies behind the fixed header, whole.
absl::StatusOr<ConnectPacket> ReadBody(absl::string_view body) {
  ConnectPacket packet;
  PacketReader reader(body);
  uint8_t level = 0;
  if (auto s = ReadProtocol(reader, level); !s.ok()) return s;
  packet.head = body.substr(0, body.size() - reader.rest().size());
  packet.flags = reader.Byte();
  if (auto s = CheckFlags(packet.flags, level); !s.ok()) return s;
  const absl::string_view behind_flags = reader.rest();
  reader.Bytes(2);  // keep-alive
  if (level == kLevelOfMqtt5) {
    if (auto s = SkipProperties(reader); !s.ok()) return s;
  }
  packet.client_id = reader.Text();
  if ((packet.flags & kWill) != 0) {
    if (level == kLevelOfMqtt5) {
      if (auto s = SkipProperties(reader); !s.ok()) return s;
    }
    reader.Text();  // topic
    reader.Text();  // payload
  }
  packet.middle = behind_flags.substr(0, behind_flags.size() - reader.rest().size());
  if ((packet.flags & kUsername) != 0) packet.username = reader.Text();
  if ((packet.flags & kPassword) != 0) reader.Text();
  if (!reader.ok() || !reader.rest().empty()) {
    return Fault("its parts do not end where it does");
  }
  return packet;
}

void PutMqttText(absl::string_view text, std::string& out) {
  out += static_cast<char>(text.size() >> 8);
  out += static_cast<char>(text.size() & 0xFF);
  out.append(text.data(), text.size());
}

}  // namespace

absl::StatusOr<std::optional<ConnectPacket>> ReadConnect(absl::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  if (static_cast<uint8_t>(bytes[0]) != kConnectByte) return Fault("the first packet is another");
  PacketReader reader(bytes.substr(1));
  const size_t size = reader.VariableNumber();
  if (!reader.ok()) {
    if (bytes.size() <= kLengthBytesMax) return std::nullopt;
    return Fault("its length has more than four bytes");
  }
  const size_t head = bytes.size() - reader.rest().size();
  if (head + size > kConnectBytesMax) {
    return Fault(absl::StrCat("it has more than ", kConnectBytesMax, " bytes"));
  }
  if (reader.rest().size() < size) return std::nullopt;
  auto packet = ReadBody(reader.rest().substr(0, size));
  if (!packet.ok()) return packet.status();
  packet->bytes = head + size;
  return *std::move(packet);
}

std::string WriteConnect(const ConnectPacket& packet, absl::string_view username,
                         absl::string_view password) {
  std::string login;
  PutMqttText(username, login);
  PutMqttText(password, login);
  std::string out(1, static_cast<char>(kConnectByte));
  size_t size = packet.head.size() + 1 + packet.middle.size() + login.size();
  do {
    const bool more = size > 0x7F;
    out += static_cast<char>((size & 0x7F) | (more ? 0x80 : 0));
    size >>= 7;
  } while (size > 0);
  absl::StrAppend(&out, packet.head);
  out += static_cast<char>(packet.flags | kUsername | kPassword);
  absl::StrAppend(&out, packet.middle, login);
  return out;
}

}  // namespace proto
