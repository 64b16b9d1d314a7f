#include "storage/key.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/bytes.h"

namespace storage {
namespace {

constexpr size_t kNumberBytes = 8;

// Two numbers behind a prefix.
std::string PairKey(absl::string_view prefix, uint64_t first, uint64_t second) {
  std::string key(prefix);
  AppendBigEndian(first, key);
  AppendBigEndian(second, key);
  return key;
}

std::optional<std::pair<uint64_t, uint64_t>> ParsePairKey(absl::string_view prefix,
                                                          absl::string_view key) {
  if (!absl::ConsumePrefix(&key, prefix) || key.size() != 2 * kNumberBytes) return std::nullopt;
  return std::pair(ReadBigEndian(key), ReadBigEndian(key.substr(kNumberBytes)));
}

// Thing 0x00 name.
std::optional<shadow::ShadowId> ParseNames(absl::string_view names) {
  const size_t end = names.find('\0');
  if (end == absl::string_view::npos) return std::nullopt;
  const shadow::ShadowId id{names.substr(0, end), names.substr(end + 1)};
  if (!shadow::IsThingName(id.thing)) return std::nullopt;
  if (!id.classic() && !shadow::IsShadowName(id.name)) return std::nullopt;
  return id;
}

bool IsLane(HistoryLane lane) {
  return lane == HistoryLane::kWishes || lane == HistoryLane::kReports ||
         lane == HistoryLane::kEvents;
}

}  // namespace

std::string ThingPrefix(absl::string_view thing) {
  std::string prefix = absl::StrCat(kRecordPrefix, thing);
  prefix.push_back('\0');
  return prefix;
}

std::string RecordKey(const shadow::ShadowId& id) {
  std::string key = ThingPrefix(id.thing);
  absl::StrAppend(&key, id.name);
  return key;
}

std::optional<shadow::ShadowId> ParseRecordKey(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, kRecordPrefix)) return std::nullopt;
  return ParseNames(key);
}

std::string HistoryThingPrefix(absl::string_view thing) {
  std::string prefix = absl::StrCat(kHistoryPrefix, thing);
  prefix.push_back('\0');
  return prefix;
}

std::string HistoryLanePrefix(const shadow::ShadowId& id, HistoryLane lane) {
  std::string prefix;
  prefix.reserve(kHistoryPrefix.size() + id.thing.size() + id.name.size() + 3 + kNumberBytes);
  absl::StrAppend(&prefix, kHistoryPrefix, id.thing);
  prefix.push_back('\0');
  absl::StrAppend(&prefix, id.name);
  prefix.push_back('\0');
  prefix.push_back(static_cast<char>(lane));
  return prefix;
}

std::string HistoryKey(const shadow::ShadowId& id, HistoryLane lane, uint64_t change) {
  std::string key = HistoryLanePrefix(id, lane);
  AppendBigEndian(~change, key);
  return key;
}

std::optional<HistoryId> ParseHistoryPlace(absl::string_view place) {
  if (place.size() < 2) return std::nullopt;
  const absl::string_view names = place.substr(0, place.size() - 2);
  const auto id = ParseNames(names);
  const auto lane = static_cast<HistoryLane>(place.back());
  if (!id || place[names.size()] != '\0' || !IsLane(lane)) return std::nullopt;
  return HistoryId{.id = *id, .lane = lane};
}

// The number may hold any bytes, so it is cut off before anything is looked for.
std::optional<HistoryId> ParseHistoryKey(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, kHistoryPrefix) || key.size() < kNumberBytes) return std::nullopt;
  auto id = ParseHistoryPlace(key.substr(0, key.size() - kNumberBytes));
  if (id) id->change = ~ReadBigEndian(key.substr(key.size() - kNumberBytes));
  return id;
}

std::string FeedKey(uint64_t change) {
  std::string key(kFeedPrefix);
  AppendBigEndian(change, key);
  return key;
}

std::optional<uint64_t> ParseFeedKey(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, kFeedPrefix) || key.size() != kNumberBytes) return std::nullopt;
  return ReadBigEndian(key);
}

bool IsHistoryPrefix(absl::string_view prefix) {
  if (!absl::ConsumePrefix(&prefix, kHistoryPrefix) || prefix.empty()) return false;
  if (ParseHistoryPlace(prefix)) return true;
  return prefix.back() == '\0' && shadow::IsThingName(prefix.substr(0, prefix.size() - 1));
}

absl::string_view HistoryLaneOf(absl::string_view key) {
  constexpr size_t kTailBytes = 2 + kNumberBytes;  // 0x00 lane, change
  if (!absl::StartsWith(key, kHistoryPrefix) || key.size() <= kTailBytes) return {};
  const absl::string_view names = key.substr(0, key.size() - kTailBytes);
  const absl::string_view tail = key.substr(names.size());
  const size_t thing_end = names.find('\0');
  const bool is_lane = tail[0] == '\0' && IsLane(static_cast<HistoryLane>(tail[1])) &&
                       thing_end != absl::string_view::npos &&
                       names.find('\0', thing_end + 1) == absl::string_view::npos;
  return is_lane ? key.substr(0, key.size() - kNumberBytes) : absl::string_view();
}

uint64_t HistoryChangeOf(absl::string_view key) {
  return ~ReadBigEndian(key.substr(key.size() - kNumberBytes));
}

std::string JournalKey(uint64_t epoch, uint64_t sequence) {
  return PairKey(kJournalPrefix, epoch, sequence);
}

std::optional<JournalId> ParseJournalKey(absl::string_view key) {
  const auto pair = ParsePairKey(kJournalPrefix, key);
  if (!pair) return std::nullopt;
  return JournalId{pair->first, pair->second};
}

std::string ConnectionKey(uint64_t epoch, uint64_t number) {
  return PairKey(kConnectionPrefix, epoch, number);
}

std::optional<ConnectionId> ParseConnectionKey(absl::string_view key) {
  const auto pair = ParsePairKey(kConnectionPrefix, key);
  if (!pair) return std::nullopt;
  return ConnectionId{pair->first, pair->second};
}

}  // namespace storage
