#include "rest/bench_query.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "shadow/json.h"

namespace rest {
namespace {

constexpr size_t kBodyArenaBytes = 4096;
constexpr size_t kSnapshotNameBytesMax = 64;
constexpr size_t kThingGlobBytesMax = 128;
constexpr absl::string_view kResetForm =
    "The body is empty, or {\"things\":\"lift-*\"}: a thing's name of at most 128 bytes in which * "
    "and ? may stand for characters";
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

// A glob of things' names; nothing for what can match none.
bool IsThingGlob(absl::string_view text) {
  if (text.empty() || text.size() > kThingGlobBytesMax) return false;
  const std::string name = absl::StrReplaceAll(text, {{"*", "x"}, {"?", "x"}});
  return shadow::IsThingName(name);
}

std::optional<ResetShadows> ReadReset(absl::string_view body) {
  if (body.empty()) return ResetShadows();
  shadow::Arena arena(kBodyArenaBytes);
  const auto root = shadow::IsUtf8(body) ? shadow::ParseWholeJson(body, 0, arena) : std::nullopt;
  if (!root || !root->is_object()) return std::nullopt;
  ResetShadows reset;
  for (const auto& [key, value] : root->members()) {
    if (key != "\"things\"" || value.kind() != shadow::Kind::kString) return std::nullopt;
    reset.things = shadow::Unescape(value.text());
    if (!IsThingGlob(reset.things)) return std::nullopt;
  }
  return reset;
}

bool IsSnapshotName(absl::string_view name) {
  return !name.empty() && name.size() <= kSnapshotNameBytesMax && absl::c_all_of(name, [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  });
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

Routed ToReset(const Call& call) {
  if (auto wrong = GivenWrong(call.target, {})) return *std::move(wrong);
  auto reset = ReadReset(call.request.body);
  if (!reset) return InvalidRequest(kResetForm);
  return Operation(*std::move(reset));
}

template <SnapshotCall::Do kWhat>
Routed ToSnapshotCall(const Call& call) {
  if (auto wrong = GivenWrong(call.target, {})) return *std::move(wrong);
  if (!IsSnapshotName(call.names[0])) {
    return InvalidRequest(absl::StrCat("A snapshot's name has 1 to ", kSnapshotNameBytesMax,
                                       " of the characters a-z A-Z 0-9 _ -"));
  }
  return Operation(SnapshotCall{.what = kWhat, .name = call.names[0]});
}

template Routed ToSnapshotCall<SnapshotCall::Do::kTake>(const Call&);
template Routed ToSnapshotCall<SnapshotCall::Do::kDelete>(const Call&);
template Routed ToSnapshotCall<SnapshotCall::Do::kRestore>(const Call&);

Routed ToListSnapshots(const Call& call) {
  if (auto wrong = GivenWrong(call.target, {})) return *std::move(wrong);
  return Operation(ListSnapshots());
}

}  // namespace rest
