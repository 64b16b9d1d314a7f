#include "service/account/chance.h"

#include <sys/random.h>

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "rest/message.h"

namespace service {

std::string NewUuid() { return rest::NewRequestId(); }

std::string NewCode() {
  std::string bytes(32, '\0');
  // Up to 256 bytes come whole or not at all; without randomness no code may be made.
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  return absl::BytesToHexString(bytes);
}

}  // namespace service
