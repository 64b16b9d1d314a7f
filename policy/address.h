// IP addresses and ranges as conditions write them: `203.0.113.0/24`, `2001:db8::/32`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace policy {

// An IPv4 address is kept as the IPv6 address that maps it, so one comparison serves both.
using Address = std::array<uint8_t, 16>;

// Nothing if `text` is no address of either kind.
std::optional<Address> ParseAddress(absl::string_view text);

class AddressRange {
 public:
  // An address, perhaps with "/" and the number of leading bits that count.
  static std::optional<AddressRange> Parse(absl::string_view text);

  bool Contains(const Address& address) const;

 private:
  AddressRange(const Address& first, size_t bits) : first_(first), bits_(bits) {}

  Address first_;
  size_t bits_;  // of the 128
};

// Of this very machine: 127.0.0.0/8 or ::1.
bool IsLoopback(const Address& address);

}  // namespace policy
