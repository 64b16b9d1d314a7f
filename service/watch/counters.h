// What shadowd has done since it began. The worker folds in one group at a time, so that counting
// costs a request next to nothing; whoever watches takes a copy.
//
// Thread rule: any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "measure/histogram.h"
#include "service/watch/tally.h"

namespace service {

inline constexpr std::array<int64_t, 12> kBatchBounds = {1,   2,   5,   10,   20,   50,
                                                         100, 200, 500, 1000, 2000, 5000};

// What a call of the account is answered with; the last stands for any other.
inline constexpr std::array<int, 12> kAccountCodes = {200, 202, 204, 400, 402, 403,
                                                      404, 406, 409, 410, 503, 500};

// What a request of a device beyond shadows is about.
enum class DeviceKind : uint8_t { kCommands, kJobs, kProvisioning };
inline constexpr size_t kDeviceKinds = 3;

class Counters {
 public:
  struct Values {
    Tally tally{};                 // of all groups, without documents_more and tombstones_more
    measure::Durations request{};  // per request, see docs/metrics.md
    measure::Durations commit{};
    measure::Histogram<kBatchBounds> batch{};   // requests of a group
    std::array<uint64_t, 3> history_entries{};  // by lane: wishes, reports, events
    uint64_t commit_failures = 0;
    uint64_t envelopes_refused = 0;
    uint64_t https_rejects = 0;  // faults on purpose over HTTPS: refused, and answered late
    uint64_t https_delays = 0;
    std::array<uint64_t, kAccountCodes.size()> account_answers{};  // by code
    measure::Durations account_call{};
    std::array<uint64_t, kDeviceKinds> device_accepted{};  // by DeviceKind
    std::array<uint64_t, kDeviceKinds> device_rejected{};
    uint64_t websockets_taken = 0;
    uint64_t websockets_refused = 0;
    uint64_t console_lost = 0;  // that pages of the console were too slow for
  };

  // A number of records as counted at a time (census.h), kept up by what was committed since.
  struct Census {
    int64_t documents = 0;
    int64_t tombstones = 0;
    int64_t at = 0;  // epoch seconds
  };

  // A group of `requests` is taken in hand, and is done with after `us`.
  void GroupBegins(size_t requests) { in_flight_ = requests; }
  void GroupEnds(const Tally& tally, size_t requests, int64_t us);

  // What was answered beside the groups.
  void Answered(const Tally& tally);

  // An operator brought shadows: so many more than before, or fewer.
  void Imported(const Census& more);

  void Committed(int64_t us);

  // So many history entries were committed, by lane.
  void HistoryKept(const std::array<uint64_t, 3>& entries);
  void CommitFailed();
  void EnvelopeRefused();
  void HttpsFault(bool is_reject);
  void AccountAnswered(int code, int64_t us);
  void DeviceAnswered(DeviceKind kind, bool accepted);
  void WebSocketAsked(bool is_taken);
  void PageLost(uint64_t frames);  // of a page of the console

  // So many pages of the console are open.
  void PagesAre(size_t pages) { pages_ = pages; }

  // So many messages wait for the broker to have them.
  void PostsWait(size_t posts) { posts_waiting_ = posts; }

  // A census sees what was committed before its beginning, and nothing that came later.
  void CensusBegins();
  void CensusEnds(const Census& counted);

  Values Read() const;
  std::optional<Census> ReadCensus() const;  // nothing until the first has ended
  size_t in_flight() const { return in_flight_; }
  size_t pages() const { return pages_; }
  size_t posts_waiting() const { return posts_waiting_; }

 private:
  std::atomic<size_t> in_flight_ = 0;
  std::atomic<size_t> pages_ = 0;
  std::atomic<size_t> posts_waiting_ = 0;
  mutable absl::Mutex mutex_;
  Values values_ ABSL_GUARDED_BY(mutex_);
  Census changes_ ABSL_GUARDED_BY(mutex_);                // since the process began
  Census changes_at_begin_ ABSL_GUARDED_BY(mutex_);       // when the census that runs began
  std::optional<Census> census_ ABSL_GUARDED_BY(mutex_);  // less the changes up to its beginning
};

}  // namespace service
