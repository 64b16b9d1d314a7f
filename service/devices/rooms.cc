#include "service/devices/rooms.h"

namespace service {

absl::Span<const Room> Rooms() { return {}; }

}  // namespace service
