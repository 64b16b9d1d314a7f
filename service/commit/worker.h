// The shadow service's one writer: takes all that waits, handles it in order, commits it as one
// group, and only then gives the answers (docs/architecture.md).
//
// If the commit fails nothing of the group counts: its updates and deletes are refused with 500,
// its gets are answered from what is stored. From then on the store is asked to recover before each
// group that would write.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "history/writer.h"
#include "proto/parcel.h"
#include "service/commit/device_group.h"
#include "service/commit/devices.h"
#include "service/commit/feed.h"
#include "service/commit/group.h"
#include "service/commit/handler.h"
#include "service/commit/hot_records.h"
#include "service/commit/journal.h"
#include "service/commit/local_request.h"
#include "service/commit/newsroom.h"
#include "service/commit/peers.h"
#include "service/commit/thing_events.h"
#include "service/commit/trace.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"
#include "shadow/arena.h"
#include "shadow/limits.h"
#include "storage/import.h"
#include "storage/store.h"

namespace service {

class Worker {
 public:
  struct Settings {
    shadow::Limits limits{};
    storage::Durability durability = storage::Durability::kSync;
    int64_t sync_interval_ms = 100;    // kRelaxed: how long a commit may wait for the disk
    int64_t events_wait_ms = 1000;     // how long events wait for a commit to go with
    size_t brokers = 1;                // as the journal and the events were loaded for
    size_t hot_bytes_max = 16u << 20;  // records at hand that need not be looked up in the store
    std::function<int64_t()> now;      // epoch seconds
  };

  // `store`, `counters`, `trace`, `log`, `events`, `devices` and `feed` outlive the worker. Without
  // `history` no more of it is kept, without `events` none of those; without `devices` requests
  // beyond shadows have no answer; without `newsroom` there is one broker, and no news.
  Worker(Settings settings, storage::Store& store, Journal journal,
         std::optional<history::Writer> history, Counters& counters, Trace& trace, Log& log,
         ThingEvents* events = nullptr, Devices* devices = nullptr, Feed* feed = nullptr,
         Newsroom* newsroom = nullptr);

  // Handles every request of `parcels` (docs/link-format.md), in their order, and gives what is to
  // be sent, in that order; the parcels of a broker lie side by side, its oldest first. An envelope
  // that does not decode is logged and has no effect. Then come the requests in `local`, in the
  // same group; each is given its outcome.
  std::vector<proto::Dispatch> Process(absl::Span<const proto::Parcel> parcels,
                                       absl::Span<LocalRequest> local = {});

  // Commits what an operator brings (storage/import.h). Nothing of it is published.
  absl::StatusOr<storage::Imported> Import(std::vector<storage::Write> records, bool replace);

  // Removes the history of all shadows of a thing. Unavailable: the store takes no commits.
  absl::Status Forget(absl::string_view thing);

  struct Replacement {
    std::vector<std::string> prefixes{};  // as Store::Replace takes them
    std::vector<storage::Write> writes{};
    Counters::Census more{};  // records that it makes more, or fewer
  };

  // Removes and brings back what lies beside the work of devices, in one commit. Nothing of it is
  // published; whoever follows the feed is told that changes are missing. Unavailable: the store
  // takes no commits.
  absl::Status Replace(const Replacement& replacement);

  // Brings relaxed commits to the disk once their time has come. Gives how many milliseconds the
  // next call can wait.
  int SyncIfDue();

  // The same without waiting, before the end.
  void Sync();

  // Commits events for which no commit has come in time; they are of no use to anybody who waits,
  // so nothing is brought to the disk for them. Gives how many milliseconds the next call can wait.
  int TellEventsIfDue();

  // All of them, before the end.
  void TellEvents();

 private:
  using Clock = std::chrono::steady_clock;

  // What is told of a group once it is answered.
  struct Account {
    Clock::time_point taken;
    Tally tally{};
    std::vector<int> codes{};  // of each request
    GroupTimes times{};
    std::vector<ShadowNews> news{};  // for the feed
  };

  // What is handled and committed at once. The last of `asks` are those of `local`.
  struct Work {
    std::vector<Ask> asks{};
    absl::Span<LocalRequest> local{};
    std::vector<DeviceAsk> device_asks{};
    bool has_devices = false;  // those, or other work of theirs
  };

  using Dispatches = std::vector<proto::Dispatch>;

  Dispatches HandleGroup(const Work& work, Account& account);
  void RefuseDevices(absl::Span<const DeviceAsk> asks, Dispatches& dispatches);
  void TellLate(Dispatches& dispatches);
  Dispatches RefuseAll(absl::Span<const Ask> asks, absl::Span<LocalRequest> local,
                       Account& account);
  void HearArrivals(absl::Span<const proto::Parcel> parcels);
  Work Decode(absl::Span<const proto::Parcel> parcels);
  void Decode(const proto::Parcel& parcel, Work& work);
  void ForgetUnclaimedIfDue(Clock::time_point now);
  bool HasFollower() const { return feed_ != nullptr && feed_->is_followed(); }
  void TellFeed(absl::Span<const Ask> asks, std::vector<ShadowNews> news);
  // Logs and counts an envelope that does not decode.
  void RefuseEnvelope(const absl::Status& status);
  Dispatches Answer(Group& group, absl::Span<const Ask> asks, absl::Span<LocalRequest> local);
  void Answer(DeviceGroup& devices, absl::Span<const DeviceAsk> asks, Dispatches& dispatches);
  // `devices`: null if there was nothing of them to do.
  absl::Status Commit(const Group& group, const DeviceGroup* devices);
  history::Writer* writer() { return history_ ? &*history_ : nullptr; }
  // What a commit adds for history, which gives how it has to be committed at least, and the end of
  // that.
  storage::Durability AppendHistory(std::vector<storage::Write>& writes);
  void HistoryCommitted();
  void HistoryFailed();
  // False: the store takes none.
  bool CommitEvents();
  bool Writable();
  void LogFailure(const absl::Status& status);

  const Settings settings_;
  storage::Store& store_;
  Journal journal_;
  std::optional<history::Writer> history_;
  Counters& counters_;
  Trace& trace_;
  Log& log_;
  ThingEvents* const events_;
  Devices* const devices_;
  Feed* const feed_;
  Newsroom* const newsroom_;
  HotRecords hot_;
  std::vector<Peers> peers_;  // one a broker
  shadow::Arena arena_;
  // When nobody asks for what an earlier life left for a broker that has not come; nothing: over.
  std::optional<Clock::time_point> unclaimed_until_;
  std::optional<Clock::time_point> unsynced_since_;  // of the oldest commit not yet on the disk
  std::optional<Clock::time_point> events_wait_since_;
  bool failing_ = false;  // the last commit failed; said once
};

}  // namespace service
