// MQTT's first packet, CONNECT, of 3.1, 3.1.1 and 5: read from bytes that anybody may have sent,
// and written again with another user name and password. All else of it, properties and will
// among it, stays as it is to the byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

// A will of 64 KiB with its topic and properties, and no more than AWS takes of any packet.
inline constexpr size_t kConnectBytesMax = 128 * 1024;

// Everything points into the bytes that it was read from.
struct ConnectPacket {
  size_t bytes = 0;          // of the whole packet
  absl::string_view head;    // protocol name and level
  uint8_t flags = 0;         // as they came
  absl::string_view middle;  // keep-alive, properties, client id, will: what lies before the login
  absl::string_view client_id{};
  std::optional<absl::string_view> username{};
};

// Nothing: more bytes are wanted, which may follow. InvalidArgument says what cannot be part of a
// CONNECT: another packet, a protocol or level that is not known, flags that contradict each other,
// a text or property that does not end where the packet does; MQTT 5's own authentication
// (properties 21 and 22), which would need answers; or more than kConnectBytesMax. Behind the
// packet there may be others. Time is linear.
absl::StatusOr<std::optional<ConnectPacket>> ReadConnect(absl::string_view bytes);

// The packet with this login; each of the two at most 65535 bytes.
std::string WriteConnect(const ConnectPacket& packet, absl::string_view username,
                         absl::string_view password);

}  // namespace proto
