#include "storage/key.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace storage {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr size_t kHistoryTailBytes = 2 + kNumberBytes;  // 0x00 lane, change

// The highest byte first, so that keys sort as their numbers do.
void AppendBigEndian(uint64_t number, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

uint64_t ReadBigEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (const char byte : bytes.substr(0, kNumberBytes)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
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
  prefix.reserve(kHistoryPrefix.size() + id.thing.size() + id.name.size() + kHistoryTailBytes + 1);
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

std::optional<HistoryId> ParseHistoryKey(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, kHistoryPrefix) || key.size() < kHistoryTailBytes) {
    return std::nullopt;
  }
  // The number may hold any bytes, so the end is cut off before anything is looked for.
  const absl::string_view tail = key.substr(key.size() - kHistoryTailBytes);
  const auto id = ParseNames(key.substr(0, key.size() - kHistoryTailBytes));
  const auto lane = static_cast<HistoryLane>(tail[1]);
  if (!id || tail[0] != '\0' || !IsLane(lane)) return std::nullopt;
  return HistoryId{*id, lane, ~ReadBigEndian(tail.substr(2))};
}

std::string JournalKey(uint64_t epoch, uint64_t sequence) {
  std::string key(kJournalPrefix);
  AppendBigEndian(epoch, key);
  AppendBigEndian(sequence, key);
  return key;
}

std::optional<JournalId> ParseJournalKey(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, kJournalPrefix)) return std::nullopt;
  if (key.size() != 2 * kNumberBytes) return std::nullopt;
  return JournalId{ReadBigEndian(key), ReadBigEndian(key.substr(kNumberBytes))};
}

}  // namespace storage
