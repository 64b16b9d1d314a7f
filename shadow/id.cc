#include "shadow/id.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "shadow/limits.h"

namespace shadow {
namespace {

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ':' || c == '_' || c == '-';
}

}  // namespace

absl::string_view OperationName(Operation operation) {
  static constexpr std::array<absl::string_view, 3> kNames = {"update", "get", "delete"};
  return kNames[static_cast<size_t>(operation)];
}

bool IsThingName(absl::string_view text) {
  return !text.empty() && text.size() <= kThingNameBytesMax &&
         std::all_of(text.begin(), text.end(), IsNameCharacter);
}

bool IsShadowName(absl::string_view text) {
  return !text.empty() && text.size() <= kShadowNameBytesMax &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '$' || IsNameCharacter(c); });
}

std::string DisplayName(const ShadowId& id) {
  return id.classic() ? std::string(id.thing) : absl::StrCat(id.thing, "~", id.name);
}

}  // namespace shadow
