#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

#include <cstdint>

#include "shadow/json.h"
#include "shadow/short_text.h"

namespace shadow {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;  // of eight characters; ASCII has none

}  // namespace

bool IsUtf8(absl::string_view bytes) {
  struct Nowhere {
    void Put(char) {}
  } nowhere;
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  while (stream.Tell() < bytes.size()) {
    const size_t left = bytes.size() - stream.Tell();
    if (left >= sizeof(uint64_t) && (Load<uint64_t>(stream.src_) & kHighBits) == 0) {
      stream.src_ += sizeof(uint64_t);
      continue;
    }
    if (!rapidjson::UTF8<>::Validate(stream, nowhere)) return false;
  }
  return true;
}

}  // namespace shadow
