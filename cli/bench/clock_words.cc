#include "cli/bench/clock_words.h"

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/history/moment.h"
#include "cli/json_text.h"
#include "cli/shadow/call.h"
#include "shadow/json.h"

namespace cli {
namespace {

std::string Body(absl::string_view name, JsonText value) {
  return JsonText::Object({{name, std::move(value)}}).text();
}

absl::StatusOr<std::string> FrozenBody(absl::string_view word, absl::Time now,
                                       absl::TimeZone zone) {
  int64_t seconds = 0;
  const bool is_number = word.find_first_not_of("0123456789") == word.npos;
  if (is_number && absl::SimpleAtoi(word, &seconds)) {
    return Body("freeze", JsonText::Number(seconds));
  }
  const auto moment = ReadMoment(word, now, zone);
  if (!moment.ok()) return moment.status();
  return Body("freeze", JsonText::Number(absl::ToUnixSeconds(*moment)));
}

}  // namespace

absl::StatusOr<std::string> ClockBody(const std::vector<std::string>& words, absl::Time now,
                                      absl::TimeZone zone) {
  if (words.empty()) return "";
  const absl::string_view word = words[0];
  if (word == "freeze" && words.size() == 2) return FrozenBody(words[1], now, zone);
  if (words.size() == 1) {
    if (word == "reset") return Body("reset", JsonText::Bool(true));
    const bool back = absl::StartsWith(word, "-");
    if (back || absl::StartsWith(word, "+")) {
      const auto length = ReadLength(word.substr(1));
      if (length) {
        return Body("offset_seconds",
                    JsonText::Number(absl::ToInt64Seconds(back ? -*length : *length)));
      }
    }
  }
  return absl::InvalidArgumentError(
      "the clock is set by +48h, -5m, reset, or freeze and a time: freeze 2026-11-22T14:03:00Z");
}

absl::StatusOr<std::string> ClockText(absl::string_view answer) {
  shadow::Arena arena;
  const auto root = shadow::ParseWholeJson(answer, 0, arena);
  int64_t now = -1;
  int64_t offset = 0;
  bool frozen = false;
  if (root && root->is_object()) {
    for (const auto& [key, value] : root->members()) {
      if (key == "\"now\"" && !absl::SimpleAtoi(value.text(), &now)) now = -1;
      if (key == "\"offset_seconds\"" && !absl::SimpleAtoi(value.text(), &offset)) now = -1;
      if (key == "\"frozen\"") frozen = value.kind() == shadow::Kind::kTrue;
    }
  }
  if (now < 0) return absl::InternalError("the answer tells of no clock");
  const std::string time = TimeText(now);
  if (frozen) return absl::StrCat(time, "  it stands");
  if (offset == 0) return absl::StrCat(time, "  the machine's");
  return absl::StrCat(time, "  ", absl::FormatDuration(absl::Seconds(std::abs(offset))),
                      offset > 0 ? " ahead of" : " behind", " the machine's");
}

}  // namespace cli
