#include "rest/bench_query.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "shadow/json.h"

namespace rest {
namespace {

constexpr size_t kBodyArenaBytes = 4096;
constexpr absl::string_view kClockForm =
    "The body is one of {\"offset_seconds\":172800}, {\"freeze\":1764000000} in seconds since "
    "1970, and {\"reset\":true}";

std::optional<SetClock> ReadClock(absl::string_view body) {
  shadow::Arena arena(kBodyArenaBytes);
  const auto root = shadow::IsUtf8(body) ? shadow::ParseWholeJson(body, 0, arena) : std::nullopt;
  if (!root || !root->is_object() || root->members().size() != 1) return std::nullopt;
  const auto& [key, value] = *root->members().begin();
  if (key == "\"reset\"") {
    if (value.kind() != shadow::Kind::kTrue) return std::nullopt;
    return SetClock{.to = SetClock::To::kReset};
  }
  SetClock set{.to = key == "\"freeze\"" ? SetClock::To::kFrozen : SetClock::To::kOffset};
  if (set.to == SetClock::To::kOffset && key != "\"offset_seconds\"") return std::nullopt;
  if (value.kind() != shadow::Kind::kNumber || !absl::SimpleAtoi(value.text(), &set.seconds)) {
    return std::nullopt;
  }
  return set;
}

}  // namespace

Routed ToGetClock(const Call& call) {
  if (auto wrong = GivenWrong(call.target, {})) return *std::move(wrong);
  return Operation(GetClock());
}

Routed ToSetClock(const Call& call) {
  if (auto wrong = GivenWrong(call.target, {})) return *std::move(wrong);
  const auto set = ReadClock(call.request.body);
  if (!set) return InvalidRequest(kClockForm);
  return Operation(*set);
}

}  // namespace rest
