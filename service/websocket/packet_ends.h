// Where the packets of a stream of MQTT end, whatever pieces it comes in. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace service {

class PacketEnds {
 public:
  // How many of the bytes that come next belong to the packet that they begin or go on with: all of
  // them if it does not end there. There is at least one.
  size_t Take(absl::string_view bytes);

 private:
  enum class Part : uint8_t { kKind, kLength, kBody };

  Part part_ = Part::kKind;
  int shift_ = 0;      // of the length's next byte
  uint64_t left_ = 0;  // of the body
};

}  // namespace service
