// The past of one shadow in one process: the pure core applies what is asked, entries are made and
// kept as a service would, and what stood at each time is remembered to hold the walk against.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "history/source.h"
#include "shadow/document.h"
#include "shadow/id.h"
#include "storage/history_entry.h"
#include "storage/record.h"

namespace history {

inline constexpr size_t kArenaBytes = 512;  // to grow is cheaper than to start large

// A state as it stood, in what a client saw.
struct Stood {
  storage::RecordKind kind = storage::RecordKind::kNone;
  int64_t version = 0;
  int64_t time = 0;       // of the record
  std::string got{};      // what get answered; of a tombstone: nothing
  std::string desired{};  // that section, with its metadata
  // The entry that made it; 0: none was written.
  uint64_t change = 0;
  storage::HistoryLane lane = storage::HistoryLane::kWishes;
  storage::HistoryKind how = storage::HistoryKind::kUpdate;
  int64_t happened = 0;
  uint64_t stored_bytes = 0;
};

// The same of a document, but for what is known of its entry.
Stood Seen(storage::RecordKind kind, const shadow::Document& document);

class Past : public EntrySource {
 public:
  explicit Past(shadow::ShadowId id = {"T", ""}) : id_(id) {}

  // The record bytes that are kept now; empty: none. A tombstone goes once it has expired, unless
  // `keeps_tombstones`.
  std::string record() const;

  // Each gives false if it is refused. `state` is that of an update's payload.
  bool Update(absl::string_view state, storage::HistoryKind how = storage::HistoryKind::kUpdate);
  bool Delete();
  void Import(const shadow::Record& record);
  void AddEvent(storage::HistoryKind kind, absl::string_view detail);

  // What stood, the newest last.
  const std::vector<Stood>& stood() const { return stood_; }

  // The live document as what was written; {} if there is none.
  shadow::Document Current(shadow::Arena& arena) const;

  absl::StatusOr<std::optional<StoredEntry>> Next(storage::HistoryLane lane,
                                                  uint64_t below) override;

  int64_t now = 1'700'000'000;
  bool history = true;  // false: records are written without entries
  bool keeps_tombstones = false;
  uint64_t step = 1;  // between change numbers
  uint64_t last_change = 0;
  storage::Author author{};
  std::map<std::string, std::string> entries{};  // by their keys
  absl::Status fault{};                          // what Next gives, once it is set

 private:
  std::optional<shadow::Record> Stored(shadow::Arena& arena) const;
  void Keep(storage::HistoryKind how, const std::optional<shadow::Record>& before,
            const shadow::Record& after, shadow::Arena& arena);

  const shadow::ShadowId id_;
  std::string record_;
  std::vector<Stood> stood_;
  std::string read_;
};

}  // namespace history
