#include "advise/observation.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace advise {
namespace {

using What = Observation::What;

constexpr size_t kPayloadShown = 160;  // bytes

constexpr std::pair<What, absl::string_view> kWhats[] = {
    {What::kConnect, "connect"},     {What::kDisconnect, "disconnect"},
    {What::kSubscribe, "subscribe"}, {What::kUnsubscribe, "unsubscribe"},
    {What::kPublish, "publish"},     {What::kDeliver, "deliver"},
};

absl::string_view WhatText(What what) { return kWhats[static_cast<size_t>(what)].second; }

std::optional<What> FindWhat(absl::string_view text) {
  for (const auto& [what, name] : kWhats) {
    if (name == text) return what;
  }
  return std::nullopt;
}

std::string Text(const shadow::Value& line, absl::string_view name) {
  const shadow::Value* const member = shadow::Find(line, name);
  const bool is_text = member != nullptr && member->kind() == shadow::Kind::kString;
  return is_text ? shadow::Unescape(member->text()) : "";
}

int64_t Number(const shadow::Value& line, absl::string_view name) {
  const shadow::Value* const member = shadow::Find(line, name);
  int64_t number = 0;
  if (member == nullptr || !absl::SimpleAtoi(member->text(), &number)) return 0;
  return number;
}

bool Is(const shadow::Value& line, absl::string_view name, shadow::Kind kind) {
  const shadow::Value* const member = shadow::Find(line, name);
  return member != nullptr && member->kind() == kind;
}

}  // namespace

absl::StatusOr<Observation> ParseObservation(absl::string_view line) {
  shadow::Arena arena;
  const auto json = shadow::IsUtf8(line) ? shadow::ParseWholeJson(line, 0, arena) : std::nullopt;
  if (!json || !json->is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("an observation is a line of JSON, not: ", Shortened(line, kPayloadShown)));
  }
  const std::string name = Text(*json, "what");
  const auto what = FindWhat(name);
  if (!what || !Is(*json, "us", shadow::Kind::kNumber)) {
    return absl::InvalidArgumentError(
        absl::StrCat("no observation that is known: ", Shortened(line, kPayloadShown)));
  }
  return Observation{.us = Number(*json, "us"),
                     .what = *what,
                     .client = Text(*json, "client"),
                     .clean = Is(*json, "clean", shadow::Kind::kTrue),
                     .keep_alive_s = Number(*json, "keep_alive"),
                     .result = Text(*json, "result"),
                     .reason = Text(*json, "reason"),
                     .topic = Text(*json, "topic"),
                     .qos = Number(*json, "qos"),
                     .retain = Is(*json, "retain", shadow::Kind::kTrue),
                     .allowed = !Is(*json, "allowed", shadow::Kind::kFalse),
                     .payload_bytes = Number(*json, "bytes"),
                     .payload = Text(*json, "payload")};
}

std::string SecondsText(int64_t us) {
  return absl::StrFormat("%.3f s", static_cast<double>(us) / 1e6);
}

std::string Shortened(absl::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return absl::StrCat(text.substr(0, most), "…");
}

std::string ObservationText(const Observation& observation, int64_t from_us) {
  std::string text =
      absl::StrFormat("%+.3f s  %s", static_cast<double>(observation.us - from_us) / 1e6,
                      WhatText(observation.what));
  switch (observation.what) {
    case What::kConnect:
      absl::StrAppend(&text, " ", observation.result, ", client ", observation.client,
                      observation.clean ? ", clean session" : ", kept session", ", keep alive ",
                      observation.keep_alive_s, " s");
      break;
    case What::kDisconnect:
      absl::StrAppend(&text, " ", observation.reason);
      break;
    case What::kUnsubscribe:
      absl::StrAppend(&text, " ", observation.topic);
      break;
    default:
      absl::StrAppend(&text, " ", observation.topic, " qos ", observation.qos,
                      observation.retain ? " retained" : "",
                      observation.allowed ? "" : " forbidden");
      if (observation.payload_bytes > 0) {
        absl::StrAppend(&text, " ", Shortened(observation.payload, kPayloadShown));
      }
  }
  return text;
}

}  // namespace advise
