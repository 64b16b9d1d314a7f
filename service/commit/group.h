// One commit group: the shadows that its requests touch, as they are stored and as the requests
// leave them, one after the other. Lives as long as the group is handled.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "history/writer.h"
#include "service/commit/feed.h"
#include "service/commit/handler.h"
#include "service/commit/hot_records.h"
#include "service/commit/journal.h"
#include "service/commit/thing_events.h"
#include "service/watch/log.h"
#include "service/watch/tally.h"
#include "shadow/arena.h"
#include "storage/journal_entry.h"
#include "storage/record.h"
#include "storage/store.h"

namespace service {

class Group {
 public:
  // What happens to requests that would change something.
  enum class Mode {
    kWrite,
    kReadOnly,  // the store takes no commits: they are refused with 500
  };

  // `history` is told of each change, `events` of each answer; null: nothing is kept of them.
  Group(Mode mode, const shadow::Limits& limits, history::Writer* history, ThingEvents* events,
        shadow::Arena& arena, Log& log)
      : mode_(mode),
        limits_(limits),
        history_(history),
        events_(events),
        arena_(arena),
        log_(log) {}

  // Looks up what is stored for `asks`, which outlive the group: what is not in `hot` is read from
  // `store` at once. `hot` keeps what it has until the group has run.
  absl::Status Load(const storage::Store& store, HotRecords& hot, absl::Span<const Ask> asks);

  // Handles the asks from `begin` up to `end` in order and words their answers; none of them counts
  // before the commit. `between` is called after each answer, to let a full envelope be changed for
  // a new one.
  template <class Between>
  void Run(size_t begin, size_t end, Journal& journal, proto::AnswerBatchWriter& answers,
           const Between& between) {
    for (size_t i = begin; i < end; ++i) {
      RunOne(asks_[i], *entries_[i], journal, answers);
      between();
    }
  }

  // The records that the group leaves, and which they go over, by key: a store finds their places
  // faster so.
  std::vector<storage::Write> Writes() const;

  // What it comes to in numbers, once all asks have run.
  Tally Count() const;

  // The codes of the answers, in the order of the asks (H1); once.
  std::vector<int> TakeCodes() { return std::move(codes_); }

  // What has changed, for the feed: before the commit, after which `stored` is what it was no more.
  std::vector<ShadowNews> News() const;

  // What the journal has to keep of it.
  const Applied& applied() const { return applied_; }

 private:
  struct Entry {
    const std::string* key = nullptr;
    absl::string_view stored;                // the record as the group found it; empty: none
    std::optional<shadow::Record> record{};  // as the group has it so far, once it is decoded
    absl::string_view bytes = stored;        // those of `record`; empty: not made, or none
    bool decoded = false;
    bool changed = false;
    const Ask* changed_by = nullptr;  // last
    // Of `record`, once it has changed.
    storage::RecordHead head{};     // but for `differs`
    std::optional<bool> differs{};  // nothing: not known yet
  };

  absl::Status LookUp(const storage::Store& store, HotRecords& hot);
  void RunOne(const Ask& ask, Entry& entry, Journal& journal, proto::AnswerBatchWriter& answers);
  bool AnswerAgain(const Ask& ask, Journal& journal, proto::AnswerBatchWriter& answers);
  bool WouldChange(const Ask& ask, const Entry& entry);
  bool Decode(const Ask& ask, Entry& entry);
  void CountAnswer(const Ask& ask, const Handled& handled);
  void Fail(const Ask& ask, Failure failure, proto::AnswerBatchWriter& answers);
  void Keep(const Ask& ask, Entry& entry, const Handled& handled);
  storage::RecordHead AddHistory(const Ask& ask, const Entry& entry, const Handled& handled);
  absl::string_view Encoded(const shadow::Record& record);
  storage::JournalEntry Before(const Ask& ask, Entry& entry);

  const Mode mode_;
  const shadow::Limits& limits_;
  history::Writer* const history_;
  ThingEvents* const events_;
  shadow::Arena& arena_;
  Log& log_;
  absl::Span<const Ask> asks_;
  std::vector<std::string> keys_;  // one per shadow, in the order of their first request
  std::vector<std::optional<std::string>> read_;  // for the keys that were not hot
  std::deque<Entry> shadows_;
  std::vector<Entry*> entries_;      // per ask
  std::deque<std::string> encoded_;  // records that the journal has to keep
  Applied applied_;
  Tally tally_;
  std::vector<int> codes_;
};

}  // namespace service
