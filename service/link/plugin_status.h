// The last that the plugin told of itself (docs/link-format.md, status).
//
// Thread rule: Hear on the link's thread, Latest on any.
#pragma once

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "proto/plugin_status.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"

namespace service {

class PluginStatus {
 public:
  // The plugin speaks once a second; what is older than this is not how things stand.
  static constexpr absl::Duration kFreshFor = absl::Seconds(5);

  // Both outlive it.
  PluginStatus(Counters& counters, Log& log) : counters_(counters), log_(log) {}

  // Keeps the last status among the envelopes. One that does not decode is counted, logged and has
  // no effect; envelopes of other types are not looked at.
  void Hear(absl::Span<const std::string> envelopes);

  // Nothing: none came of late.
  std::optional<proto::PluginStatus> Latest() const;

 private:
  Counters& counters_;
  Log& log_;

  mutable absl::Mutex mutex_;
  proto::PluginStatus status_ ABSL_GUARDED_BY(mutex_);
  absl::Time heard_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace service
