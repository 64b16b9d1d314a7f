#include "policy/instant.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace policy {
namespace {

// Takes exactly `digits` digits.
std::optional<int> TakeNumber(absl::string_view& text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

// Takes "Z", "+hh:mm" or "-hh:mm": the seconds that local time is ahead of UTC.
std::optional<int64_t> TakeZone(absl::string_view& text) {
  if (absl::ConsumePrefix(&text, "Z")) return 0;
  const bool ahead = absl::ConsumePrefix(&text, "+");
  if (!ahead && !absl::ConsumePrefix(&text, "-")) return std::nullopt;
  const auto hours = TakeNumber(text, 2);
  if (!hours || *hours > 23 || !absl::ConsumePrefix(&text, ":")) return std::nullopt;
  const auto minutes = TakeNumber(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const int64_t seconds = int64_t{*hours} * 3600 + int64_t{*minutes} * 60;
  return ahead ? seconds : -seconds;
}

// Takes "Thh:mm[:ss[.fff]]" and the zone: seconds since that day's midnight in UTC.
std::optional<int64_t> TakeTime(absl::string_view& text) {
  if (!absl::ConsumePrefix(&text, "T")) return std::nullopt;
  const auto hour = TakeNumber(text, 2);
  if (!hour || *hour > 23 || !absl::ConsumePrefix(&text, ":")) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (absl::ConsumePrefix(&text, ":")) {
    const auto taken = TakeNumber(text, 2);
    if (!taken || *taken > 60) return std::nullopt;
    second = *taken;
    if (absl::ConsumePrefix(&text, ".")) {
      if (!TakeNumber(text, 1)) return std::nullopt;
      while (TakeNumber(text, 1)) continue;
    }
  }
  const auto zone = TakeZone(text);
  if (!zone) return std::nullopt;
  return int64_t{*hour} * 3600 + int64_t{*minute} * 60 + second - *zone;
}

}  // namespace

std::optional<int64_t> ParseInstant(absl::string_view text) {
  int64_t epoch = 0;
  if (text.size() != 4 && absl::SimpleAtoi(text, &epoch)) return epoch;
  const auto year = TakeNumber(text, 4);
  if (!year) return std::nullopt;
  int month = 1;
  int day = 1;
  for (int* const part : {&month, &day}) {
    if (!absl::ConsumePrefix(&text, "-")) break;
    const auto taken = TakeNumber(text, 2);
    if (!taken) return std::nullopt;
    *part = *taken;
  }
  const absl::CivilDay date(*year, month, day);
  if (date.month() != month || date.day() != day) return std::nullopt;  // such as 31 February
  int64_t seconds = absl::ToUnixSeconds(absl::FromCivil(date, absl::UTCTimeZone()));
  if (text.empty()) return seconds;
  const auto time = TakeTime(text);
  if (!time || !text.empty()) return std::nullopt;
  return seconds + *time;
}

}  // namespace policy
