#include "cli/history/moment.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"

namespace cli {
namespace {

// What ends one part of "1h30m"; nothing for what is no unit.
std::optional<absl::Duration> UnitOf(char letter) {
  switch (letter) {
    case 'd':
      return absl::Hours(24);
    case 'h':
      return absl::Hours(1);
    case 'm':
      return absl::Minutes(1);
    case 's':
      return absl::Seconds(1);
    default:
      return std::nullopt;
  }
}

std::optional<absl::Time> Parsed(absl::string_view format, absl::string_view word,
                                 absl::TimeZone zone) {
  absl::Time time;
  if (!absl::ParseTime(format, word, zone, &time, nullptr)) return std::nullopt;
  return time;
}

std::optional<absl::Time> ReadDate(absl::string_view word, absl::TimeZone zone) {
  for (const absl::string_view format :
       {"%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d%ET%H:%M%Ez", "%Y-%m-%d%ET%H:%M:%E*S",
        "%Y-%m-%d%ET%H:%M", "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    if (const auto time = Parsed(format, word, zone)) return time;
  }
  return std::nullopt;
}

// A time of day: the last one that was.
std::optional<absl::Time> ReadClock(absl::string_view word, absl::Time now, absl::TimeZone zone) {
  for (const absl::string_view format : {"%H:%M:%S", "%H:%M"}) {
    const auto parsed = Parsed(format, word, absl::UTCTimeZone());
    if (!parsed) continue;
    const absl::CivilSecond clock = absl::ToCivilSecond(*parsed, absl::UTCTimeZone());
    const auto on = [&](absl::CivilDay day) {
      return absl::FromCivil(absl::CivilSecond(day.year(), day.month(), day.day(), clock.hour(),
                                               clock.minute(), clock.second()),
                             zone);
    };
    const absl::CivilDay today = absl::ToCivilDay(now, zone);
    return on(today) > now ? on(today - 1) : on(today);
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<int64_t> ReadVersion(absl::string_view word) {
  int64_t version = 0;
  absl::string_view number = word;
  if (absl::ConsumePrefix(&number, "@") && absl::SimpleAtoi(number, &version) && version != 0) {
    return version;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", word, "\" is no version: they are written @12, or @-1 for the one before ",
                   "the current one"));
}

std::optional<absl::Duration> ReadLength(absl::string_view word) {
  if (word.empty()) return std::nullopt;
  absl::Duration length;
  while (!word.empty()) {
    size_t digits = 0;
    while (digits < word.size() && absl::ascii_isdigit(static_cast<unsigned char>(word[digits]))) {
      ++digits;
    }
    uint32_t number = 0;
    if (digits == word.size() || !absl::SimpleAtoi(word.substr(0, digits), &number)) {
      return std::nullopt;
    }
    const auto unit = UnitOf(word[digits]);
    if (!unit) return std::nullopt;
    length += number * *unit;
    word.remove_prefix(digits + 1);
  }
  return length;
}

absl::StatusOr<absl::Time> ReadMoment(absl::string_view word, absl::Time now, absl::TimeZone zone) {
  absl::string_view length = word;
  if (absl::ConsumePrefix(&length, "-")) {
    if (const auto before = ReadLength(length)) return now - *before;
  } else if (!word.empty() && absl::ascii_isdigit(static_cast<unsigned char>(word.front()))) {
    if (const auto time = ReadDate(word, zone)) return *time;
    if (const auto time = ReadClock(word, now, zone)) return *time;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", word, "\" is no time: 2026-11-22T14:03:00Z is one, or 14:03, or -2h"));
}

std::string MomentText(int64_t epoch_seconds, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(epoch_seconds), zone);
}

std::string MomentText(int64_t epoch_seconds, absl::TimeZone zone, int64_t near) {
  const absl::Time time = absl::FromUnixSeconds(epoch_seconds);
  const bool same_day =
      absl::ToCivilDay(time, zone) == absl::ToCivilDay(absl::FromUnixSeconds(near), zone);
  return absl::FormatTime(same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", time, zone);
}

}  // namespace cli
