#include "plugin/principal/origin.h"

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
  return !parsed || policy::IsLoopback(*parsed);  // none: the path of a unix socket
}

}  // namespace plugin
