// Any UTF-8 as JSON: read as RapidJSON reads it.
#include <cstdint>
#include <cstdlib>

#include "absl/strings/match.h"
#include "tests/shadow/rapidjson_reading.h"

namespace {

// RapidJSON takes no integer of more digits than this; we take all.
constexpr size_t kDigitsMax = 300;

bool HasLongNumber(absl::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > kDigitsMax) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (!shadow::IsUtf8(text) || absl::StartsWith(text, "\xEF\xBB\xBF") || HasLongNumber(text)) {
    return 0;
  }
  shadow::Arena arena;
  const auto value = shadow::ParseJson(text, 0, arena);
  if (value && shadow::DeeperThan(*value, 500)) return 0;  // PrintJson recurses
  if (!shadow::ReadsAsRapidJson(text)) std::abort();
  return 0;
}
