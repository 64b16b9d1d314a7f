// Any UTF-8 as JSON: read as RapidJSON reads it, and the same again where it is told what to
// expect.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "shadow/metadata.h"
#include "tests/shadow/rapidjson_reading.h"

namespace {

// RapidJSON takes no integer of more digits than this; we take all.
constexpr size_t kDigitsMax = 300;

constexpr size_t kDepthMax = 500;  // printing recurses

bool HasLongNumber(absl::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > kDigitsMax) return true;
  }
  return false;
}

// The first half of the text is what is expected of the second.
bool IsReadAlike(absl::string_view text, shadow::Arena& arena) {
  const auto like = shadow::ParseJson(text.substr(0, text.size() / 2), 1, arena);
  const absl::string_view rest = text.substr(text.size() / 2);
  const auto plain = shadow::ParseJson(rest, 2, arena);
  const auto likened = shadow::ParseJson(rest, 2, arena, like ? &*like : nullptr);
  if (plain.has_value() != likened.has_value()) return false;
  if (!plain || shadow::DeeperThan(*plain, kDepthMax)) return true;
  std::string texts[2];
  shadow::PrintJson(*plain, texts[0]);
  shadow::PrintMetadata(*plain, texts[0]);
  shadow::PrintJson(*likened, texts[1]);
  shadow::PrintMetadata(*likened, texts[1]);
  return texts[0] == texts[1];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (!shadow::IsUtf8(text) || absl::StartsWith(text, "\xEF\xBB\xBF") || HasLongNumber(text)) {
    return 0;
  }
  shadow::Arena arena;
  const auto value = shadow::ParseJson(text, 0, arena);
  if (value && shadow::DeeperThan(*value, kDepthMax)) return 0;
  if (!shadow::ReadsAsRapidJson(text) || !IsReadAlike(text, arena)) std::abort();
  return 0;
}
