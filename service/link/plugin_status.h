// The last that the plugins told of themselves (docs/link-format.md, status): of several brokers
// their sums.
//
// Thread rule: Hear on the link's thread, Latest on any.
#pragma once

#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "proto/parcel.h"
#include "proto/plugin_status.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"

namespace service {

class PluginStatus {
 public:
  // The plugin speaks once a second; what is older than this is not how things stand.
  static constexpr absl::Duration kFreshFor = absl::Seconds(5);

  // Both outlive it.
  PluginStatus(Counters& counters, Log& log, size_t brokers = 1)
      : counters_(counters), log_(log), told_(brokers) {}

  // Keeps the last status of each broker among the parcels. One that does not decode is counted,
  // logged and has no effect; envelopes of other types are not looked at.
  void Hear(absl::Span<const proto::Parcel> parcels);

  // Of those brokers that have told it of late. Nothing: none has.
  std::optional<proto::PluginStatus> Latest() const;

 private:
  struct Told {
    proto::PluginStatus status{};
    absl::Time at = absl::InfinitePast();
  };

  Counters& counters_;
  Log& log_;

  mutable absl::Mutex mutex_;
  std::vector<Told> told_ ABSL_GUARDED_BY(mutex_);  // one a broker
};

}  // namespace service
