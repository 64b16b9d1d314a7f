// Keys, in the order in which they are listed (docs/storage-format.md). The first byte names the
// kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "shadow/id.h"

namespace storage {

// 's' thing 0x00 name: a thing's classic shadow first (empty name), then its named ones by name.
std::string RecordKey(const shadow::ShadowId& id);

// What every RecordKey begins with, and what those of one thing begin with.
inline constexpr absl::string_view kRecordPrefix = "s";
std::string ThingPrefix(absl::string_view thing);

// The id that a RecordKey was made from, as views into it; nothing for other keys.
std::optional<shadow::ShadowId> ParseRecordKey(absl::string_view key);

// 'j' epoch sequence (both big-endian): what is kept to answer a resent request again. `sequence`
// is the first of a commit group.
std::string JournalKey(uint64_t epoch, uint64_t sequence);
inline constexpr absl::string_view kJournalPrefix = "j";

struct JournalId {
  uint64_t epoch;
  uint64_t sequence;
};
std::optional<JournalId> ParseJournalKey(absl::string_view key);

// 'm' "format": the version of the store's format, in decimal. Written when the store is made.
inline constexpr absl::string_view kFormatKey = "mformat";
inline constexpr int kStoreFormat = 1;

}  // namespace storage
