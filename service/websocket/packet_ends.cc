#include "service/websocket/packet_ends.h"

#include <algorithm>

namespace service {

size_t PacketEnds::Take(absl::string_view bytes) {
  size_t taken = 0;
  while (taken < bytes.size()) {
    if (part_ == Part::kKind) {
      ++taken;
      part_ = Part::kLength;
      shift_ = 0;
      left_ = 0;
      continue;
    }
    if (part_ == Part::kLength) {
      const auto byte = static_cast<unsigned char>(bytes[taken++]);
      left_ |= static_cast<uint64_t>(byte & 0x7F) << shift_;
      shift_ += 7;
      if ((byte & 0x80) != 0 && shift_ < 28) continue;
      part_ = Part::kBody;
    }
    const size_t piece = std::min<uint64_t>(left_, bytes.size() - taken);
    taken += piece;
    left_ -= piece;
    if (left_ > 0) continue;
    part_ = Part::kKind;
    break;
  }
  return taken;
}

}  // namespace service
