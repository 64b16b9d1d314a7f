#include "cli/bench/clock_words.h"

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/history/moment.h"
#include "cli/json_text.h"
#include "cli/shadow/answer.h"
#include "cli/shadow/call.h"
#include "cli/shadow/members.h"

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

absl::StatusOr<std::string> ClockText(absl::string_view text) {
  const absl::Status no_clock = absl::InternalError("the answer tells of no clock");
  const auto answer = ReadAnswer(std::string(text));
  if (!answer.ok()) return no_clock;
  Members members((*answer)->json, "the answer");
  const int64_t now = members.Number("now");
  const int64_t offset = members.NumberOr("offset_seconds", 0);
  if (!members.status().ok() || now < 0) return no_clock;
  const shadow::Value* const stands = members.Find("frozen");
  const bool frozen = stands != nullptr && stands->kind() == shadow::Kind::kTrue;
  const std::string time = TimeText(now);
  if (frozen) return absl::StrCat(time, "  it stands");
  if (offset == 0) return absl::StrCat(time, "  the machine's");
  return absl::StrCat(time, "  ", absl::FormatDuration(absl::Seconds(std::abs(offset))),
                      offset > 0 ? " ahead of" : " behind", " the machine's");
}

}  // namespace cli
