#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

#include <cstdint>

#include "shadow/json.h"
#include "shadow/plain_text.h"
#include "shadow/short_text.h"

namespace shadow {

bool IsUtf8(absl::string_view bytes) {
  struct Nowhere {
    void Put(char) {}
  } nowhere;
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  while (stream.Tell() < bytes.size()) {
    const size_t left = bytes.size() - stream.Tell();
    const bool are_ascii =
        left >= sizeof(uint64_t) && (Load<uint64_t>(stream.src_) & EachByte(0x80)) == 0;
    if (are_ascii) {  // eight at once
      stream.src_ += sizeof(uint64_t);
      continue;
    }
    if (!rapidjson::UTF8<>::Validate(stream, nowhere)) return false;
  }
  return true;
}

}  // namespace shadow
