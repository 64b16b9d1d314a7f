// What a commit adds to its writes so that the history of its shadows can be told: one entry for
// each change (storage/history_entry.h), one group of the feed for all of them
// (storage/history_feed.h), and once in a while the end of a block of change numbers. Nothing of it
// is written by itself.
//
// Thread rule: the thread that commits.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "history/entry.h"
#include "shadow/arena.h"
#include "shadow/id.h"
#include "storage/change_numbers.h"
#include "storage/history_entry.h"
#include "storage/history_feed.h"
#include "storage/record.h"
#include "storage/store.h"

namespace history {

// Changes are made from here on without a Writer: whoever follows the feed is told, when there is
// one again, that changes are missing. DataLoss: what `store` says of change numbers is damaged.
absl::Status EndFeed(storage::Store& store);

struct Settings {
  bool addresses = true;  // entries tell from which address a change came
};

// How many entries, by lane: wishes, reports, events.
using EntryCounts = std::array<uint64_t, 3>;

class Writer {
 public:
  // DataLoss: what `store` says of change numbers is damaged.
  static absl::StatusOr<Writer> Load(const Settings& settings, const storage::Store& store);

  // Keeps the entry of a change, to which it gives its number, until Append; the id's texts have to
  // hold until then. Gives the head of the record after it, but for `differs`.
  storage::RecordHead Add(const shadow::ShadowId& id, Transition change, shadow::Arena& arena);

  // Keeps the entry of an event of the thing `thing`, whose name has to hold until Append. Gives
  // its change number.
  uint64_t AddEvent(absl::string_view thing, storage::HistoryEntry event);

  // Keeps the entries of records that an operator imports over the bytes `before` (empty: none),
  // each of a shadow of its own; what stands there and cannot be read counts as nothing. Gives the
  // records their heads.
  void AddImports(absl::Span<storage::Write> records, absl::Span<const absl::string_view> before,
                  int64_t now);

  // Moves what was kept to the end of `writes`, and gives how they have to be committed at least
  // (ChangeNumbers::Append).
  storage::Durability Append(std::vector<storage::Write>& writes);

  // Skips a number, so that whoever follows the feed finds a gap, and adds to `writes` what has to
  // be committed with it. Gives the number that the feed begins at then. Nothing waits for Append.
  uint64_t SkipNumber(std::vector<storage::Write>& writes);

  // Ends what Append or SkipNumber began: the writes were committed, or not. Numbers of a commit
  // that failed are not used again.
  EntryCounts Committed();
  void Failed();

 private:
  Writer(const Settings& settings, storage::ChangeNumbers numbers)
      : settings_(settings), numbers_(numbers) {}

  void Keep(const storage::FeedEntry& place, storage::HistoryEntry& entry);

  Settings settings_;
  storage::ChangeNumbers numbers_;
  std::vector<storage::Write> entries_;
  std::vector<storage::FeedEntry> feed_;  // where they are, one for each
  int64_t newest_ = 0;                    // epoch seconds, of entries_
  EntryCounts counts_{};
};

}  // namespace history
