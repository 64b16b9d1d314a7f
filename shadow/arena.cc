#include "shadow/arena.h"

#include <cstring>

namespace shadow {

Arena::Arena(size_t kept_bytes) : kept_(new char[kept_bytes]), resource_(kept_.get(), kept_bytes) {}

absl::string_view Arena::Copy(absl::string_view text) {
  if (text.empty()) return {};
  char* copy = Bytes(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

}  // namespace shadow
