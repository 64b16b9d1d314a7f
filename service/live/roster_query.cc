#include "service/live/roster_query.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace service {
namespace {

constexpr absl::string_view kThingName = "thingName";

bool IsSameLetter(char name, char lower) { return absl::ascii_tolower(name) == lower; }

// `pattern` in lower case, with `*` and `?`. Never goes back before the last `*`.
bool MatchesWhole(absl::string_view name, absl::string_view pattern) {
  size_t at = 0;
  size_t of = 0;
  std::optional<size_t> star;
  size_t star_at = 0;
  while (at < name.size()) {
    if (of < pattern.size() && pattern[of] == '*') {
      star = of++;
      star_at = at;
    } else if (of < pattern.size() && (pattern[of] == '?' || IsSameLetter(name[at], pattern[of]))) {
      ++at;
      ++of;
    } else if (star) {
      of = *star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', of) == absl::string_view::npos;
}

bool HoldsPart(absl::string_view name, absl::string_view part) {
  return std::search(name.begin(), name.end(), part.begin(), part.end(), IsSameLetter) !=
         name.end();
}

std::optional<bool> ParseFlag(absl::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

absl::Status WrongWord(absl::string_view word, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("q: '", word, "' ", why));
}

}  // namespace

absl::StatusOr<RosterQuery::Word> RosterQuery::ParseWord(absl::string_view word) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(word, absl::MaxSplits(':', 1));
  const auto& [field, value] = parts;
  const bool is_connected = field == "connected" || field == "connectivity.connected";
  const bool is_delta = field == "hasDelta" || field == "shadow.hasDelta";
  const bool has_value = field.size() < word.size();
  if (has_value && (is_connected || is_delta)) {
    const auto wanted = ParseFlag(value);
    if (!wanted) return WrongWord(word, "must say true or false");
    return Word{.kind = is_connected ? Word::Kind::kConnected : Word::Kind::kHasDelta,
                .wanted = *wanted};
  }
  if (has_value && field == kThingName) {
    if (value.empty()) return WrongWord(word, "says no name");
    return Word{.kind = Word::Kind::kWhole, .text = absl::AsciiStrToLower(value)};
  }
  // A thing's name may have a colon, but no dot.
  if (has_value && absl::StrContains(field, '.')) return WrongWord(word, "asks for no known field");
  const bool is_whole = word.find_first_of("*?") != absl::string_view::npos;
  return Word{.kind = is_whole ? Word::Kind::kWhole : Word::Kind::kPart,
              .text = absl::AsciiStrToLower(word)};
}

absl::StatusOr<RosterQuery> RosterQuery::Parse(absl::string_view words, absl::string_view sort) {
  RosterQuery query;
  if (words.size() > kBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("q: more than ", kBytesMax, " bytes"));
  }
  for (const absl::string_view word : absl::StrSplit(words, ' ', absl::SkipEmpty())) {
    auto parsed = ParseWord(word);
    if (!parsed.ok()) return parsed.status();
    query.words_.push_back(*std::move(parsed));
  }
  if (query.words_.size() > kWordsMax) {
    return absl::InvalidArgumentError(absl::StrCat("q: more than ", kWordsMax, " words"));
  }
  absl::string_view order = sort;
  query.descending_ = absl::ConsumePrefix(&order, "-");
  if (order == "updated") {
    query.sort_ = Sort::kUpdated;
  } else if (order == "lastSeen") {
    query.sort_ = Sort::kLastSeen;
  } else if (order == "differing") {
    query.sort_ = Sort::kDiffering;
  } else if (order != "name" && !sort.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "sort: '", sort, "' is not name, updated, lastSeen or differing, perhaps with - before"));
  }
  return query;
}

bool RosterQuery::Matches(const RosterRow& row) const {
  if (!row.is_there()) return false;
  return std::all_of(words_.begin(), words_.end(), [&row](const Word& word) {
    switch (word.kind) {
      case Word::Kind::kPart:
        return HoldsPart(row.name, word.text);
      case Word::Kind::kWhole:
        return MatchesWhole(row.name, word.text);
      case Word::Kind::kConnected:
        return row.connected() == word.wanted;
      case Word::Kind::kHasDelta:
        return (row.differing > 0) == word.wanted;
    }
    return false;
  });
}

uint32_t RosterQuery::KeyOf(const RosterRow& row) const {
  switch (sort_) {
    case Sort::kName:
      break;
    case Sort::kUpdated:
      return row.updated;
    case Sort::kLastSeen:
      return row.last_seen;
    case Sort::kDiffering:
      return row.differing;
  }
  return 0;
}

void RosterQuery::SetKey(uint32_t key, RosterRow& row) const {
  if (sort_ == Sort::kUpdated) row.updated = key;
  if (sort_ == Sort::kLastSeen) row.last_seen = key;
  if (sort_ == Sort::kDiffering) row.differing = key;
}

bool RosterQuery::IsBefore(uint32_t key, absl::string_view name, uint32_t other_key,
                           absl::string_view other) const {
  if (key != other_key) return descending_ ? key > other_key : key < other_key;
  return descending_ && is_by_name() ? name > other : name < other;
}

std::string RosterQuery::PlaceOf(const RosterRow& row) const {
  return is_by_name() ? row.name : absl::StrCat(KeyOf(row), ",", row.name);
}

absl::StatusOr<RosterRow> RosterQuery::ReadPlace(absl::string_view place) const {
  RosterRow row;
  if (is_by_name()) {
    row.name = std::string(place);
    return row;
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(place, absl::MaxSplits(',', 1));
  uint32_t key = 0;
  if (!absl::SimpleAtoi(parts.first, &key) || parts.second.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("after: '", place, "' is no next of ours"));
  }
  SetKey(key, row);
  row.name = std::string(parts.second);
  return row;
}

}  // namespace service
