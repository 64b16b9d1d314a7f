#include "storage/key.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace storage {
namespace {

constexpr size_t kNumberBytes = 8;

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
  const size_t end = key.find('\0');
  if (end == absl::string_view::npos) return std::nullopt;
  const shadow::ShadowId id{key.substr(0, end), key.substr(end + 1)};
  if (!shadow::IsThingName(id.thing)) return std::nullopt;
  if (!id.classic() && !shadow::IsShadowName(id.name)) return std::nullopt;
  return id;
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
