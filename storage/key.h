// Keys, in the order in which they are listed (docs/storage-format.md). The first byte names the
// kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "shadow/id.h"

namespace storage {

// Entries of one shadow's history lie in lanes of their own, so that a device that reports each
// second does not push yesterday's change of what is desired out. The letters are stored.
enum class HistoryLane : char {
  kWishes = 'w',   // desired changed, or the shadow was made, deleted or brought in
  kReports = 'r',  // any other change of the shadow
  kEvents = 'e',   // of a thing's connections; they lie under its classic shadow
};

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

// 'h' thing 0x00 name 0x00 lane, the change number inverted (big-endian): a lane's newest entry
// first. What is kept of a shadow's past (history_entry.h).
std::string HistoryKey(const shadow::ShadowId& id, HistoryLane lane, uint64_t change);
inline constexpr absl::string_view kHistoryPrefix = "h";

// What the keys of one lane begin with, and what those of everything of a thing begin with.
std::string HistoryLanePrefix(const shadow::ShadowId& id, HistoryLane lane);
std::string HistoryThingPrefix(absl::string_view thing);

// What a HistoryKey was made from, as views into it; nothing for other keys.
struct HistoryId {
  shadow::ShadowId id{};
  HistoryLane lane = HistoryLane::kWishes;
  uint64_t change = 0;
};
std::optional<HistoryId> ParseHistoryKey(absl::string_view key);

// The same, without a change, of what stands between the first byte and the number.
std::optional<HistoryId> ParseHistoryPlace(absl::string_view place);

// Whether HistoryThingPrefix or HistoryLanePrefix made it.
bool IsHistoryPrefix(absl::string_view prefix);

// The lane's prefix that a key of HistoryKey's form begins with, as a view into it; empty for other
// keys. Does not look into names: it is asked about each entry that is written. The number behind
// it, for such a key.
absl::string_view HistoryLaneOf(absl::string_view key);
uint64_t HistoryChangeOf(absl::string_view key);

// 'h' 0x00, the change number (big-endian): which entries a commit added, in the order of commits
// (history_feed.h). `change` is the first of them. No thing's name is empty, so these are told from
// a HistoryKey, and sort before all of them.
std::string FeedKey(uint64_t change);
inline constexpr absl::string_view kFeedPrefix("h\0", 2);
std::optional<uint64_t> ParseFeedKey(absl::string_view key);

// 'c' epoch number (both big-endian, of the link): a connection that history has told as connected
// and not as ended (EncodeToldConnection).
std::string ConnectionKey(uint64_t epoch, uint64_t number);
inline constexpr absl::string_view kConnectionPrefix = "c";

struct ConnectionId {
  uint64_t epoch;
  uint64_t number;
};
std::optional<ConnectionId> ParseConnectionKey(absl::string_view key);

// 'm' "changes": change numbers from it on have not been used; 'm' "floors": EncodeFloors.
inline constexpr absl::string_view kChangesKey = "mchanges";
inline constexpr absl::string_view kFloorsKey = "mfloors";

// 'm' "format": the version of the store's format, in decimal. Written when the store is made.
inline constexpr absl::string_view kFormatKey = "mformat";
inline constexpr int kStoreFormat = 2;

}  // namespace storage
