#include "plugin/origin.h"

#include "absl/strings/strip.h"
#include "policy/address.h"

namespace plugin {

absl::string_view PlainAddress(absl::string_view address) {
  absl::string_view plain = address;
  const bool is_mapped = absl::ConsumePrefix(&plain, "::ffff:") && plain.find('.') != plain.npos;
  return is_mapped ? plain : address;
}

bool IsLocal(absl::string_view address) {
  if (address.empty()) return false;
  const auto parsed = policy::ParseAddress(address);
  if (!parsed) return true;  // the path of a unix socket
  static const auto kIpv4 = *policy::AddressRange::Parse("127.0.0.0/8");
  static const auto kIpv6 = *policy::AddressRange::Parse("::1");
  return kIpv4.Contains(*parsed) || kIpv6.Contains(*parsed);
}

}  // namespace plugin
