// The stored bytes of a history entry (docs/storage-format.md): one change of a shadow, told
// backwards, and who made it; or something else that happened to a thing. They begin with a format
// version of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "storage/key.h"
#include "storage/patch.h"
#include "storage/record.h"

namespace storage {

inline constexpr int kHistoryFormat = 1;

// What happened. The numbers are stored.
enum class HistoryKind : uint8_t {
  kCreate = 1,  // an update that made the shadow
  kUpdate,
  kDelete,
  kImport,   // brought in as it is, over whatever stood there
  kRestore,  // an update that takes an earlier version's content
  // Events.
  kConnected,
  kEnded,  // a connection
  kGet,    // the first of a connection
};

inline bool IsEvent(HistoryKind kind) { return kind >= HistoryKind::kConnected; }

// By which way it came. The numbers are stored.
enum class HistoryWay : uint8_t { kUnknown = 0, kMqtt, kWebSocket, kHttps, kAdmin, kConsole };

// "mqtt", "websocket", "https", "admin", "console"; empty: not known.
absl::string_view WayText(HistoryWay way);

// Who made it. Views; empty: not known.
struct Author {
  HistoryWay way = HistoryWay::kUnknown;
  absl::string_view client_id{};
  absl::string_view principal{};  // certificate id, access key id, console user, "admin"
  absl::string_view address{};
  absl::string_view token{};  // the clientToken, its characters
  friend bool operator==(const Author&, const Author&) = default;
};

// What stood before a change.
struct HistoryBefore {
  RecordKind kind = RecordKind::kNone;  // kNone: nothing that counts; a line of versions begins
  int64_t version = 0;                  // of the document or tombstone
  int64_t time = 0;                     // epoch seconds: its updated_at or deleted_at
  friend bool operator==(const HistoryBefore&, const HistoryBefore&) = default;
};

// Texts and trees are views. `after` to `reported` are told of changes only, `detail` of events
// only.
struct HistoryEntry {
  HistoryKind kind = HistoryKind::kUpdate;
  // Of the record that the change left, 1 and up. A get: that it was answered with; 0: that there
  // is no shadow. Other events: 0.
  int64_t version = 0;
  int64_t time = 0;  // epoch seconds: when it happened
  RecordKind after = RecordKind::kDocument;
  int64_t record_time = 0;  // updated_at or deleted_at of the record after it: `time`, but of an
                            // import what it brought
  HistoryBefore before{};
  // The change numbers of the shadow's entries before this one, of any lane but that of events and
  // of the wishes' lane. 0: not known, or none; if nothing stood before, always.
  uint64_t previous_change = 0;
  uint64_t previous_wish = 0;
  Author author{};
  // What makes of the sections after it those before it; if no document stood before: empty.
  PatchNode desired{};
  PatchNode reported{};
  // kEnded: why. kGet: the name of the shadow that was asked for.
  absl::string_view detail{};
};

// `change` is the entry's own number, which its key holds: other numbers count from it.
std::string EncodeHistoryEntry(const HistoryEntry& entry, uint64_t change);

// Texts of the result point into `bytes` or `arena`, trees live in `arena`. DataLoss names what is
// wrong with bytes that EncodeHistoryEntry cannot have made for `change`; a newer format is
// FailedPrecondition. Texts are not checked: that is up to the store's checksums.
absl::StatusOr<HistoryEntry> DecodeHistoryEntry(absl::string_view bytes, uint64_t change,
                                                shadow::Arena& arena);

// The time of an entry, by its first bytes; nothing for what it does not understand.
std::optional<int64_t> HistoryTimeOf(absl::string_view bytes);

// Of a connection that events have told as connected and not as ended; kept under ConnectionKey, so
// that it is told once, and gets an end, whatever happens between.
struct ToldConnection {
  uint64_t change = 0;        // of its kConnected
  bool got = false;           // its first get was told as well
  absl::string_view thing{};  // that it was told of
  friend bool operator==(const ToldConnection&, const ToldConnection&) = default;
};
std::string EncodeToldConnection(const ToldConnection& told);
// The thing is a view into `bytes`. DataLoss, or FailedPrecondition for a newer format.
absl::StatusOr<ToldConnection> DecodeToldConnection(absl::string_view bytes);

}  // namespace storage
