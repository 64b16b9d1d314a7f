// Any bytes as the beginning of a client's MQTT. What is read is read the same once it has been
// written with another login, and nothing is read of a part of it.
#include <cstdlib>

#include "proto/connect_packet.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto read = proto::ReadConnect(bytes);
  if (!read.ok() || !read->has_value()) return 0;
  const proto::ConnectPacket& packet = **read;
  if (packet.bytes > size) std::abort();
  const std::string written = proto::WriteConnect(packet, "user", "password");
  const auto again = proto::ReadConnect(written);
  if (!again.ok() || !again->has_value()) {
    if (written.size() > proto::kConnectBytesMax) return 0;
    std::abort();
  }
  const proto::ConnectPacket& copy = **again;
  if (copy.bytes != written.size() || copy.head != packet.head || copy.middle != packet.middle ||
      copy.client_id != packet.client_id || copy.username != "user") {
    std::abort();
  }
  const auto part = proto::ReadConnect(bytes.substr(0, packet.bytes - 1));
  if (!part.ok() || part->has_value()) std::abort();
  return 0;
}
