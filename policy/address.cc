#include "policy/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/numbers.h"

namespace policy {
namespace {

constexpr size_t kBits = 128;
constexpr size_t kMappedPrefixBits = 96;
constexpr size_t kTextBytesMax = INET6_ADDRSTRLEN;

bool IsMapped(const Address& address) {
  return std::all_of(address.begin(), address.begin() + 10, [](uint8_t b) { return b == 0; }) &&
         address[10] == 0xFF && address[11] == 0xFF;
}

}  // namespace

std::optional<Address> ParseAddress(absl::string_view text) {
  char terminated[kTextBytesMax] = {};
  if (text.size() >= sizeof terminated || text.find('\0') != absl::string_view::npos) {
    return std::nullopt;
  }
  std::memcpy(terminated, text.data(), text.size());
  Address address{};
  if (inet_pton(AF_INET6, terminated, address.data()) == 1) return address;
  if (inet_pton(AF_INET, terminated, address.data() + 12) != 1) return std::nullopt;
  address[10] = address[11] = 0xFF;
  return address;
}

std::optional<AddressRange> AddressRange::Parse(absl::string_view text) {
  const size_t slash = text.find('/');
  const auto first = ParseAddress(text.substr(0, slash));
  if (!first) return std::nullopt;
  if (slash == absl::string_view::npos) return AddressRange(*first, kBits);
  const bool ipv4 = IsMapped(*first) && text.find(':') == absl::string_view::npos;
  uint32_t bits = 0;
  if (!absl::SimpleAtoi(text.substr(slash + 1), &bits)) return std::nullopt;
  const size_t before = ipv4 ? kMappedPrefixBits : 0;
  if (bits > kBits - before) return std::nullopt;
  return AddressRange(*first, before + bits);
}

bool AddressRange::Contains(const Address& address) const {
  const size_t bytes = bits_ / 8;
  if (!std::equal(first_.begin(), first_.begin() + static_cast<std::ptrdiff_t>(bytes),
                  address.begin())) {
    return false;
  }
  const size_t more = bits_ % 8;
  if (more == 0) return true;
  return ((first_[bytes] ^ address[bytes]) >> (8 - more)) == 0;
}

bool IsLoopback(const Address& address) {
  static const auto kIpv4 = *AddressRange::Parse("127.0.0.0/8");
  static const auto kIpv6 = *AddressRange::Parse("::1");
  return kIpv4.Contains(address) || kIpv6.Contains(address);
}

}  // namespace policy
