// Walking back through the past of one shadow, from what is kept of it now.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "history/source.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "storage/history_bounds.h"
#include "storage/history_entry.h"
#include "storage/record.h"

namespace history {

// A shadow as it stood. Views.
struct State {
  // kNone: there was none, and what is older belongs to an earlier life.
  storage::RecordKind kind = storage::RecordKind::kNone;
  // Of a tombstone: its version and, as updated_at, its deleted_at.
  shadow::Document document{};
  // False: what was reported is not kept; `document` has nothing there.
  bool has_reported = true;
};

// One step back: an entry, and for a change what it made of what. Views.
struct Step {
  uint64_t change = 0;
  storage::HistoryLane lane = storage::HistoryLane::kWishes;
  storage::HistoryEntry entry{};
  // Of changes only.
  State after{};
  State before{};
  // Changes between this one and the younger one that was given before it are not kept. What is
  // desired did not change in them.
  bool after_gap = false;
};

enum class WalkEnd {
  kNone,     // it goes on
  kBegin,    // nothing stood before the oldest step
  kNotKept,  // what is older is beyond a bound, or is from a time when no history was kept
  kDamaged,  // what is older cannot be read, or does not fit
};

struct WalkOptions {
  storage::HistoryBounds bounds{};
  storage::HistoryFloors floors{};
  int64_t now = 0;      // epoch seconds: what is too old is judged by it
  bool events = false;  // the thing's events are given, too, in their place among the changes
};

// The bounds hold exactly, whatever is still on the disk. Beyond the reports' the walk goes on
// along the wishes: what was desired is exact, what was reported is not told. Nothing is guessed:
// the walk ends at the first entry that is missing, beyond a bound, unreadable, or does not fit.
class Walk {
 public:
  // `record` is what is stored of the shadow; empty: nothing. `source` outlives the walk. DataLoss,
  // FailedPrecondition: the record cannot be read.
  static absl::StatusOr<std::unique_ptr<Walk>> Begin(absl::string_view record, EntrySource& source,
                                                     const WalkOptions& options);
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // As it stands now; of a shadow that is gone without a trace: kNone. Holds as long as the walk.
  const State& newest() const { return newest_; }

  // Goes one step back. False: it has ended. An error of the source but DataLoss is given; the walk
  // cannot go on then. Views of what it gave before hold no longer, but for newest().
  absl::StatusOr<bool> Next();

  // The step that Next went.
  const Step& step() const { return step_; }

  // The oldest state that was reached: `before` of the last change, or the newest.
  const State& reached() const { return reached_; }

  // Once Next has given false.
  WalkEnd end() const { return end_; }

 private:
  Walk(EntrySource& source, const WalkOptions& options);

  // An entry, or why there is none.
  struct Found {
    WalkEnd end = WalkEnd::kNone;
    uint64_t change = 0;
    storage::HistoryLane lane = storage::HistoryLane::kWishes;
    storage::HistoryEntry entry{};
    bool after_gap = false;
  };

  absl::StatusOr<Found> FetchBelow(storage::HistoryLane lane, uint64_t below, shadow::Arena& arena);
  absl::StatusOr<Found> Fetch(storage::HistoryLane lane, uint64_t change);
  absl::StatusOr<Found> FindChange();
  absl::StatusOr<Found> FindEarlierLife();
  absl::Status LookForChange();
  absl::Status LookForEvent();
  void GiveEvent();
  bool GiveChange();
  void Condense();

  static constexpr size_t kArenaBytes = 4096;  // kept by each; most shadows need no more

  EntrySource& source_;
  const bool with_events_;
  storage::HistoryJudge wishes_;
  storage::HistoryJudge reports_;
  storage::HistoryJudge events_;

  std::string newest_bytes_;
  shadow::Arena newest_arena_{kArenaBytes};
  State newest_{};

  // What changes and the state reached are made of, since it was condensed last.
  std::string reached_bytes_;
  shadow::Arena arena_{kArenaBytes};
  int steps_since_ = 0;
  State reached_{};
  shadow::Arena event_arena_{kArenaBytes};
  Step step_{};

  uint64_t next_change_ = 0;               // that made the state reached; 0: not known
  uint64_t next_wish_ = 0;                 // the newest wish among it and those before it
  uint64_t life_ends_below_ = UINT64_MAX;  // where the state reached is kNone
  bool reports_over_ = false;
  std::optional<Found> change_{};  // found and not given
  std::optional<Found> event_{};
  uint64_t events_below_ = UINT64_MAX;
  bool events_over_ = false;
  bool events_damaged_ = false;
  WalkEnd end_ = WalkEnd::kNone;
};

}  // namespace history
