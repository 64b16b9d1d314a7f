#include "service/http/client_hello.h"

namespace service {
namespace {

// Two bytes of length, then "http/1.1" after one byte of length.
constexpr absl::string_view kHttp11Alone("\0\x09\x08http/1.1", 11);

bool IsGrease(char high, char low) { return high == low && (low & 0x0F) == 0x0A; }

}  // namespace

bool OpensWebSocketInChromium(absl::string_view ciphers, absl::string_view protocols) {
  if (protocols != kHttp11Alone) return false;
  for (size_t i = 0; i + 1 < ciphers.size(); i += 2) {
    if (IsGrease(ciphers[i], ciphers[i + 1])) return true;
  }
  return false;
}

}  // namespace service
